//! The host in an address of the web.

use std::net::IpAddr;

/// The host of `scheme://host:port/...`, without its port.
pub(crate) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether that is this machine.
pub(crate) fn is_here(url: &str) -> bool {
    let name = host_of(url);
    let ip = name.parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for url in [
            "http://localhost:5000/x",
            "http://127.0.0.1",
            "https://[::1]:1",
        ] {
            assert!(is_here(url), "{url}");
        }
        for url in [
            "http://localhost.example.org",
            "http://10.0.0.1",
            "http://[::2]",
            "",
        ] {
            assert!(!is_here(url), "{url}");
        }
        assert_eq!(
            host_of("https://api.example.org:8080/ors"),
            "api.example.org"
        );
    }
}
