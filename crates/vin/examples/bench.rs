//! VINs a second, time to the first decode, memory; beside the wheel `ultravin` where Python has it. Rates are by the clock, and by
//! the processor's time, which a busy machine distorts less.
//!
//! `cargo run --release -p vin --features embedded --example bench -- [VINS]`: a file with a VIN at the start of each line, by default
//! the referee's. One thread each, the same VINs, every attribute with its provenance on both sides. The wheel is asked for through
//! the program in `ULTRAVIN_PYTHON` (default `python3`).

use std::{
    env, fs,
    io::Write,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use vin::decoder::{
    Decoder, Options,
    selection::{Selection, VehicleType},
};

/// Long enough to even out what else the machine does.
const RUN: Duration = Duration::from_secs(3);
const WHEEL: &str = "
import sys, time, ultravin
vins = [line.split('\\t')[0].strip() for line in open(sys.argv[1]) if line.strip()][1:]
def run(name, decode):
    decode(vins[:100])
    began, used, done = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < 3:
        decode(vins); done += len(vins)
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f'ultravin {ultravin.provenance()[\"decoder_version\"]} {name:28} {done / took:12,.0f} VINs/s, {done / used:12,.0f} per second of processor')
run('decode_batch_json, full', lambda vins: ultravin.decode_batch_json(vins, full=True))
run('decode_batch_json', ultravin.decode_batch_json)
run('decode, full', lambda vins: [ultravin.decode(vin, full=True) for vin in vins])
run('decode', lambda vins: [ultravin.decode(vin) for vin in vins])
";

fn main() -> ExitCode {
    let mut out = std::io::stdout();
    let options = Options {
        model_year: None,
        today: 2026,
    };
    let before = resident_kilobytes();
    let began = Instant::now();
    let Ok(decoder) = Decoder::embedded() else {
        return ExitCode::FAILURE;
    };
    let first = decoder.decode("1HGCM82633A004352", &options);
    let first_took = began.elapsed();
    let opened = resident_kilobytes();
    let path = env::args()
        .nth(1)
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vin-reference.tsv").to_owned());
    let Ok(table) = fs::read_to_string(&path) else {
        return ExitCode::FAILURE;
    };
    let vins: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let _ = writeln!(
        out,
        "first decode {:.2} ms after start ({} attributes); {} VINs of release {}",
        first_took.as_secs_f64() * 1000.0,
        first.attributes.len(),
        vins.len(),
        decoder.data().release()
    );
    let listed = resident_kilobytes();
    let (mut done, mut attributes) = (0usize, 0usize);
    let (began, used) = (Instant::now(), processor_seconds());
    while began.elapsed() < RUN {
        for vin in &vins {
            attributes += decoder.decode(vin, &options).attributes.len();
        }
        done += vins.len();
    }
    let (seconds, used) = (began.elapsed().as_secs_f64(), processor_seconds() - used);
    let resident = resident_kilobytes().saturating_sub(listed) + opened.saturating_sub(before);
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let _ = writeln!(
        out,
        "vin decode, {:.1} attributes with provenance    {:12.0} VINs/s, {:12.0} per second of processor",
        number(attributes) / number(done),
        number(done) / seconds,
        number(done) / used.max(0.01),
    );
    let _ = writeln!(
        out,
        "resident for it {:.1} MB: what was touched of the catalogue, and what decoding needs beside (the list of VINs is not counted)",
        number(usize::try_from(resident).unwrap_or_default()) / 1000.0
    );
    let _ = writeln!(out, "{}", selection(&decoder));
    let python = env::var("ULTRAVIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let wheel = Command::new(&python)
        .args(["-c", WHEEL, &path])
        .env("RAYON_NUM_THREADS", "1")
        .output();
    match wheel {
        Ok(said) if said.status.success() => {
            let _ = out.write_all(&said.stdout);
        }
        _ => {
            let _ = writeln!(
                out,
                "ultravin is not installed for {python}: pip install ultravin, and name its Python in ULTRAVIN_PYTHON"
            );
        }
    }
    ExitCode::SUCCESS
}

/// How long the index of makes and models takes to build and to answer, and its memory.
fn selection(decoder: &Decoder<'_>) -> String {
    let began = Instant::now();
    let selection = Selection::new(decoder);
    let built = began.elapsed();
    let each = |ask: &dyn Fn() -> usize| {
        let (began, mut times, mut found) = (Instant::now(), 0u32, 0);
        while times == 0 || began.elapsed() < Duration::from_millis(200) {
            found = ask();
            times += 1;
        }
        format!("{:.0} µs ({found})", began.elapsed().as_secs_f64() * 1e6 / f64::from(times))
    };
    let types = &VehicleType::ROAD;
    format!(
        "selection built in {:.1} ms, {:.2} MB; makes of 2019 {}, of any year {}, models of Ford 2019 {}; lines of the F-150 2019 {}, \
         of any year {}, its engines 2019 {}, of any year {}",
        built.as_secs_f64() * 1e3,
        f64::from(u32::try_from(selection.bytes()).unwrap_or(u32::MAX)) / 1e6,
        each(&|| selection.makes(Some(2019), types).len()),
        each(&|| selection.makes(None, types).len()),
        each(&|| selection.models(Some(2019), types, "Ford").len()),
        each(&|| selection.lines(Some(2019), "Ford", "F-150").len()),
        each(&|| selection.lines(None, "Ford", "F-150").len()),
        each(&|| selection.engines(Some(2019), "Ford", "F-150", None).len()),
        each(&|| selection.engines(None, "Ford", "F-150", None).len()),
    )
}

/// What the process holds in memory, touched pages of the embedded catalogue included.
fn resident_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}

/// Processor time of this process so far: fields 14 and 15 of `/proc/self/stat`, in hundredths.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
