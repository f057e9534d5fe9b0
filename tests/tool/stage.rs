//! A gateway, a folder and the environment for one test's runs of the tool.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use freedompay::sandbox::{Options, SECRET_KEY, Sandbox};

use crate::support::place::Place;

pub const TOOL: &str = env!("CARGO_BIN_EXE_freedompay");

/// What the tool finds when it is started.
pub struct Stage {
    pub url: String,
    pub place: Place,
    pub sandbox: Sandbox,
    has_journal: bool,
}

impl Stage {
    pub fn new() -> Stage {
        Stage::with(Options::default())
    }

    pub fn with(options: Options) -> Stage {
        let sandbox = Sandbox::start(options).unwrap();
        Stage { url: sandbox.url().to_owned(), place: Place::new(), sandbox, has_journal: true }
    }

    /// The same stage behind another address, such as a proxy's.
    pub fn at(self, url: &str) -> Stage {
        Stage { url: url.to_owned(), ..self }
    }

    /// The same stage for a merchant who keeps no journal.
    pub fn without_journal(self) -> Stage {
        Stage { has_journal: false, ..self }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.place.path.join(name)
    }

    /// The merchant's settings, as variables. No file of the machine's is read.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let journal = self.place.journal();
        // An empty variable is none.
        let journal = if self.has_journal { journal.to_str().unwrap() } else { "" };
        vec![
            ("FREEDOMPAY_CONFIG", "/dev/null".to_owned()),
            ("FREEDOMPAY_BASE_URL", self.url.clone()),
            ("FREEDOMPAY_MERCHANT_ID", "123456".to_owned()),
            ("FREEDOMPAY_SECRET_KEY", SECRET_KEY.to_owned()),
            ("FREEDOMPAY_JOURNAL", journal.to_owned()),
            // Longer than a question takes: a wait of two seconds ends between two of them.
            ("FREEDOMPAY_POLL_INTERVAL", "700ms".to_owned()),
            ("LC_ALL", "C".to_owned()),
        ]
    }

    /// The tool with these settings, in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare();
        command.envs(self.variables()).args(arguments).current_dir(&self.place.path);
        command
    }

    /// Runs it; its exit code, and what it printed on either side.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }
}

/// The tool without a setting.
pub fn bare() -> Command {
    let mut command = Command::new(TOOL);
    for (name, _) in std::env::vars() {
        if name.starts_with("FREEDOMPAY_") || name.starts_with("LC_") {
            command.env_remove(name);
        }
    }
    command.env_remove("LANG").env("XDG_CONFIG_HOME", "/nonexistent").env("RUST_BACKTRACE", "0");
    command
}

/// How a run of the tool ended.
pub struct Ran {
    pub exit: i32,
    pub out: String,
    pub err: String,
    pub bytes: Vec<u8>,
}

impl Ran {
    pub fn of(output: Output) -> Ran {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            exit: output.status.code().unwrap(),
            out: text(&output.stdout),
            err: text(&output.stderr),
            bytes: output.stdout,
        }
    }

    /// What `--json` printed: one object.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.out.lines().count(), 1, "{}{}", self.out, self.err);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Tells a story: every command of a file of `stories`, with what it prints and its exit code.
pub fn tell(name: &str, stage: &Stage) {
    tell_file(&format!("tests/tool/stories/{name}.trycmd"), stage);
}

/// The same for a document of the project, in the stage's folder.
pub fn tell_document(path: &str, stage: &Stage) {
    let copy = stage.path("document.md");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &copy).unwrap();
    // With such a folder beside it the commands run in a folder that is gone afterwards.
    std::fs::create_dir(stage.path("document.out")).unwrap();
    tell_file(copy.to_str().unwrap(), stage);
}

fn tell_file(path: &str, stage: &Stage) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = trycmd::TestCases::new();
    cases.default_bin_path(Path::new(TOOL));
    cases.register_bin("freedompay", Path::new(TOOL).to_owned());
    cases.register_bin("payer", root.join("tests/tool/payer"));
    for (variable, value) in stage.variables() {
        cases.env(variable, value);
    }
    cases.insert_var("[URL]", stage.sandbox.url().to_owned()).unwrap();
    cases.case(root.join(path));
    cases.run();
}
