"""Where benches are made: programs are built, inputs are written once, and outputs go."""
import functools
import os
import pathlib

from suite.measure import progress, run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCHES = ROOT / "benches"


class Workshop:
    """Programs and files, each made when it is first asked for."""

    def __init__(self, options):
        self.folder = pathlib.Path(options.work)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.rounds = options.rounds
        self.lines_wanted = options.lines
        self.target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

    def lines(self, usual):
        """How long an input is: as asked for on the command line, or as usual."""
        return self.lines_wanted or usual

    @functools.cached_property
    def topo(self):
        """The command, built with --release."""
        self.cargo(ROOT, "-p", "streamwright-cli")
        return self.target / "release" / "topo"

    @functools.cache
    def baselines(self, package):
        """The folder with the programs of benches/PACKAGE, which is a workspace of its own."""
        target = self.target / package
        self.cargo(BENCHES / package, "--target-dir", target)
        return target / "release"

    def cargo(self, folder, *arguments):
        progress(f"building {folder.relative_to(ROOT.parent)}")
        run(["cargo", "build", "--release", "--manifest-path", folder / "Cargo.toml", *arguments])

    def build(self, source, binary, cache=None):
        """Builds a topology with `topo build`; what that took."""
        env = dict(os.environ, STREAMWRIGHT_CACHE=str(cache)) if cache else None
        return run([self.topo, "build", source, "-o", binary], env=env)

    @functools.cache
    def program(self, source):
        """The binary of a topology below benches/, by its path without `.topo`."""
        binary = self.folder / source.replace("/", "-")
        progress(f"building {source}.topo")
        self.build(BENCHES / f"{source}.topo", binary)
        return binary

    @functools.cache
    def data(self, maker, lines, suffix="jsonl", others=()):
        """The file that a topology with the params `lines` and `output` writes; it is kept for later runs.

        A topology with other outputs has a param for each: then the paths of all, the first one first.
        """
        name = f"{maker.replace('/', '-')}-{lines}"
        paths = [self.folder / f"{name}{part}.{suffix}" for part in ("", *(f"-{other}" for other in others))]
        if not all(path.exists() for path in paths):
            program = self.program(maker)
            progress(f"writing {paths[0].name}")
            partials = [path.with_suffix(".partial") for path in paths]
            flags = [part for flag, path in zip(("output", *others), partials) for part in (f"--{flag}", path)]
            run([program, "--lines", lines, *flags])
            for partial, path in zip(partials, paths):
                partial.rename(path)
        return tuple(paths) if others else paths[0]

    def path(self, name):
        """A file in the folder."""
        return self.folder / name
