-- A lead per request, each at another place in Germany.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local n = 0
request = function()
  n = n + 1
  local lon = 7.0 + 7.0 * ((n * 0.6180339887) % 1)
  local lat = 48.0 + 5.5 * ((n * 0.7548776662) % 1)
  return wrk.format(nil, "/v1/leads", nil, string.format('{"id": "L%d", "lon": %.5f, "lat": %.5f}', n, lon, lat))
end
