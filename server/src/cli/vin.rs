//! `forecourt vin decode`: what VINs say, from arguments or standard input. It needs no database and no
//! configuration; where one is found, the catalogue that was installed there is used.

use std::{
    fmt,
    io::{self, BufRead, Write},
};

use app::{
    i18n::Locale,
    kernel::problem::Problem,
    vin::{DecodedVin, VinGroup, VinQuery},
};
use clap::{Args, Subcommand};
use server::vin::{
    decode,
    lines::{VinLine, said},
};

use super::Failure;

#[derive(Debug, Subcommand)]
pub(super) enum Vin {
    /// Decode VINs given as arguments, or one a line on standard input; ends with 1 if one could not be decoded.
    Decode(Decode),
}

#[derive(Debug, Args)]
pub(super) struct Decode {
    /// The VINs; without any, standard input is read, one a line. `*` stands for a character that is not known.
    #[arg(value_name = "VIN")]
    vins: Vec<String>,
    /// Print one JSON object a line, as the REST API streams them.
    #[arg(long)]
    jsonl: bool,
    /// The model year of all of them; it decides between years that are thirty apart.
    #[arg(long, value_name = "YEAR")]
    model_year: Option<u16>,
}

/// VINs of which nothing is known, or that are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Undecoded {
    failed: usize,
    all: usize,
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { failed: 1, all: 1 } => f.write_str("the VIN could not be decoded"),
            Self { failed, all } => write!(f, "{failed} of {all} VINs could not be decoded"),
        }
    }
}

pub(super) fn run(command: &Vin) -> Result<(), Failure> {
    let Vin::Decode(arguments) = command;
    match decode_all(arguments, &mut io::BufWriter::new(io::stdout().lock())) {
        Ok(Undecoded { failed: 0, .. }) => Ok(()),
        Ok(undecoded) => Err(Failure::Undecoded(undecoded)),
        // Who reads has seen enough: `| head`.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(error),
    }
}

fn decode_all(arguments: &Decode, out: &mut dyn Write) -> Result<Undecoded, Failure> {
    let mut count = Undecoded { failed: 0, all: 0 };
    let mut one = |typed: &str| -> Result<(), Failure> {
        let query = VinQuery {
            vin: typed.to_owned(),
            model_year: arguments.model_year,
        };
        let answer = decode(&query);
        count.all += 1;
        count.failed += usize::from(!answer.as_ref().is_ok_and(DecodedVin::is_decoded));
        if arguments.jsonl {
            out.write_all(VinLine::of(count.all, typed, answer).write()?.as_bytes())?;
        } else {
            show(out, typed, answer)?;
        }
        Ok(())
    };
    if arguments.vins.is_empty() {
        let mut line = Vec::new();
        let mut input = io::stdin().lock();
        while input.read_until(b'\n', &mut line)? > 0 {
            let typed = String::from_utf8_lossy(&line);
            let typed = typed.trim();
            // An empty line asks nothing.
            if !typed.is_empty() {
                one(typed)?;
            }
            line.clear();
        }
    } else {
        for typed in &arguments.vins {
            one(typed)?;
        }
    }
    out.flush()?;
    Ok(count)
}

/// For people: what it is, what looks wrong, then everything in groups.
fn show(out: &mut dyn Write, typed: &str, answer: Result<DecodedVin, Problem>) -> io::Result<()> {
    let t = Locale::En;
    let decoded = match answer {
        Ok(decoded) => decoded,
        Err(problem) => {
            let shown: String = typed.chars().take(40).collect();
            return writeln!(out, "{shown}\n  {}\n", said(&problem, typed, t));
        }
    };
    let title = decoded.title();
    if title == decoded.vin {
        writeln!(out, "{title}")?;
    } else {
        writeln!(out, "{}  {title}", decoded.vin)?;
    }
    for note in decoded.notes(t) {
        writeln!(out, "  ! {note}")?;
    }
    if let Some(suggested) = &decoded.suggested {
        writeln!(out, "  ! Suggested: {suggested}")?;
    }
    if !decoded.is_decoded() {
        writeln!(out, "  {}", t.vin_decode_nothing())?;
    }
    for group in VinGroup::ALL {
        let attributes = decoded.shown(*group);
        if !attributes.is_empty() {
            writeln!(out, "  {}", group.label(t))?;
        }
        for attribute in attributes {
            writeln!(
                out,
                "    {:<42} {}  ({})",
                attribute.name,
                attribute.value,
                attribute.origin.label(t)
            )?;
        }
    }
    writeln!(out)
}
