//! Processor time of the thread, and the table of what was measured.

use std::time::Duration;
#[cfg(not(unix))]
use std::time::Instant;

/// Processor time of this thread so far; where the system does not tell, time since the first call.
#[must_use]
pub fn now() -> Duration {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
        Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), nanos)
    }
    #[cfg(not(unix))]
    {
        static FIRST: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed()
    }
}

/// Runs something several times; gives the shortest processor time with the last result: everything else only adds.
pub fn best<T>(passes: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut once = || {
        let start = now();
        let out = run();
        (now().saturating_sub(start), out)
    };
    let mut best = once();
    for _ in 1..passes {
        let (took, out) = once();
        best = (best.0.min(took), out);
    }
    best
}

/// How many times longer one is than the other.
#[must_use]
pub fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// One line of the table that `cargo xtask bench` collects: tabs between its columns.
pub fn row(key: &str, what: &str, figure: &str, target: &str, met: Option<bool>) {
    let met = match met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "–",
    };
    println!("ROW\t{key}\t{what}\t{figure}\t{target}\t{met}");
}

/// Milliseconds for people.
#[must_use]
pub fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// Resident memory at its highest, in MiB.
#[must_use]
pub fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kb| kb / 1024.0)
}
