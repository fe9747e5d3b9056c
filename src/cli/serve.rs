//! `revier serve`.

use super::log::Log;
use super::say;
use revier::error::Error;
use revier::serve::{Options, serve};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What `serve` is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// A scenario (TOML), a plan directory, or the folder of a project; the project of a scenario is the folder NAME.desk beside it. Without it, or
    /// with an empty folder, the page takes files and makes a project of them
    project: Option<PathBuf>,
    /// Address and port to listen at; port 0 takes any that is free
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8017")]
    addr: SocketAddr,
    /// A file with a token of 16 letters or more that whoever asks must have; needed where other machines can reach the address
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Do not open the page in the browser
    #[arg(long)]
    no_open: bool,
}

/// The fewest letters of a token.
const LEAST: usize = 16;

pub fn run(args: &Args, log: &Log) -> Result<(), Error> {
    let token = args.token_file.as_deref().map(token).transpose()?;
    if !args.addr.ip().is_loopback() && token.is_some() {
        log.note("other machines can reach the desk: whoever has the token sees and changes everything, and nothing is encrypted on the way");
    }
    if args.project.is_some() {
        log.stage("reading the project");
    }
    let options = Options {
        project: args.project.clone(),
        addr: args.addr,
        token,
    };
    serve(&options, |url, files| {
        log.clear();
        if let Some(dir) = files {
            log.note(&format!(
                "there is no project yet: what the page is given is kept in {}",
                dir.display()
            ));
        }
        // The address is told whether or not somebody reads it.
        let _ = say(&format!("the desk is at {url}; Ctrl-C ends it\n"));
        if !args.no_open {
            open(url);
        }
    })
}

fn token(path: &Path) -> Result<String, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })?;
    let text = text.trim();
    if text.len() < LEAST || !text.chars().all(|c| c.is_ascii_graphic()) {
        let what = format!(
            "{}: a token has {LEAST} letters, digits and signs at least, and no spaces",
            path.display()
        );
        return Err(Error::Usage(what));
    }
    Ok(text.to_owned())
}

/// Opens the page; who has no browser reads the address.
fn open(url: &str) {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("explorer", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(first).arg(url);
    let silent = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _ = silent.spawn();
}
