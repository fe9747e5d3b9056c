// The token of a desk that others can reach.

/** Asks for the token of a desk that others can reach. */
export function askToken() {
  const input = el("input", { type: "password", id: "token", autocomplete: "off", required: true });
  const go = (event) => {
    event.preventDefault();
    TOKEN.value = input.value.trim();
    location.reload();
  };
  document.getElementById("desk").replaceChildren(el("main", { class: "card gate" }, el("h1", {}, t("kicker")), el("p", {}, t("token.ask")), el("form", { class: "row-form", on: { submit: go } }, el("label", { class: "field" }, el("span", {}, t("token")), input), el("button", { type: "submit", class: "action main" }, t("token.go")))));
  input.focus();
}
