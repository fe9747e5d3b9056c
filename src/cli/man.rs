//! `revier man`.

use super::print;
use clap::Command;
use revier::error::Error;

/// Which page is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// The command that the page is about [default: revier itself]
    command: Option<String>,
}

/// Prints the page in roff, as `man -l -` and packagers take it.
pub fn run(args: &Args, revier: Command) -> Result<(), Error> {
    let page = page(revier, args.command.as_deref())?;
    let mut roff = Vec::new();
    let man = clap_mangen::Man::new(page).source(concat!("revier ", env!("CARGO_PKG_VERSION")));
    man.render(&mut roff)
        .map_err(|e| Error::Internal(format!("the manual page cannot be written: {e}")))?;
    print(&roff)
}

/// The command that the page is about, with what all commands take.
fn page(mut revier: Command, name: Option<&str>) -> Result<Command, Error> {
    revier.build();
    let Some(name) = name else {
        return Ok(revier);
    };
    revier.find_subcommand(name).cloned().ok_or_else(|| {
        let names: Vec<&str> = revier.get_subcommands().map(Command::get_name).collect();
        let known = names.join(", ");
        Error::Usage(format!("no command {name:?}: name one of {known}"))
    })
}
