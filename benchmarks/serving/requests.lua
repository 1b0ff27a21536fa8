-- What wrk sends: `wrk … -s requests.lua <url> -- <target> <accept> <etag or ""> <unique mark or "">`.
-- With a mark, every request ends in the mark and a number that counts up, so no two are the same.
-- The summary is one line of JSON, for the text that wrk prints rounds.

local target, mark, count, same

function init(args)
  target, mark, count = args[1], args[4], 0
  wrk.headers["Accept"] = args[2]
  if args[3] ~= "" then
    wrk.headers["If-None-Match"] = args[3]
  end
  same = wrk.format("GET", target)
end

function request()
  if mark == "" then
    return same
  end
  count = count + 1
  return wrk.format("GET", target .. mark .. count)
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "slowest": %.6f}\n',
    summary.requests, summary.duration / 1e6, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout, latency.max / 1e6))
end
