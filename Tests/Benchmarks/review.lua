-- The load of the benchmarks: wrk posts one review again and again and prints its figures in one line.

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.body = file:read("*a")
file:close()
if os.getenv("BENCH_CONNECTION") == "close" then
    wrk.headers["Connection"] = "close"
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    if failed > 0 or summary.requests == 0 then
        io.stderr:write(string.format("%d requests failed: %d connect, %d read, %d write, %d status, %d timeout\n",
            failed, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
        os.exit(1)
    end
    io.write(string.format("bench %d %.1f %d %d\n", summary.requests, summary.requests / (summary.duration / 1e6),
        latency:percentile(50), latency:percentile(99)))
end
