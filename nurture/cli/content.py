"""Which content a command of the authoring side is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.content import CAMPAIGNS, POLICIES, TEMPLATES, Content, read_content
from nurture.authoring.problems import STORIES, Problem, errors
from nurture.authoring.source import suggestion
from nurture.domain.campaign import Campaign
from nurture.domain.errors import NurtureError
from nurture.settings import load_settings

PARTS = (CAMPAIGNS, POLICIES, TEMPLATES)


@dataclass(frozen=True)
class Selected:
    contents: Mapping[Path, Content]
    paths: Sequence[Path]

    def wants(self, file: str) -> bool:
        path = Path(file)
        return any(path == wanted or wanted in path.parents or wanted == Path() for wanted in self.paths)

    @property
    def problems(self) -> list[Problem]:
        return [
            problem
            for home, content in self.contents.items()
            for problem in content.problems
            if self.wants(problem.file) or self._is_used(home, content, problem.file)
        ]

    def _is_used(self, home: Path, content: Content, file: str) -> bool:
        """Whether a campaign that is wanted sends this text, or has these stories."""
        path = Path(file)
        for campaign in content.campaigns.values():
            if not self.wants(campaign.path):
                continue
            own = Path(campaign.path)
            if path == own.with_name(f"{own.stem}{STORIES}"):
                return True
            if home / TEMPLATES in path.parents and _is_of(path, home / TEMPLATES, campaign, content):
                return True
        return False

    @property
    def errors(self) -> list[Problem]:
        """The problems without the warnings."""
        return errors(self.problems)


def _is_of(path: Path, templates: Path, campaign: CampaignFile, content: Content) -> bool:
    """Whether a campaign's message is, or is framed by, the text at ``path``."""
    if path.relative_to(templates).parts[0].partition(".")[0] in campaign.messages:
        return True
    sources = [content.messages[name] for name in campaign.messages if name in content.messages]
    return any(
        path == templates / source.place(part).file
        for source in sources
        for part in ("layout", "layout_text")
    )


def select(paths: Sequence[Path] | None) -> Selected:
    """Reads the content that the paths lie in, all of it: a campaign is checked against its policies."""
    wanted = [_near(path) for path in paths or [load_settings().content_dir]]
    homes = dict.fromkeys(_home(path) for path in wanted)
    return Selected({home: read_content(home) for home in homes}, wanted)


def files_of(wanted: Sequence[Path], content: Path) -> list[Path]:
    """What is no path is taken for the name of a campaign in ``content``."""
    if all(path.exists() or path.suffix or len(path.parts) > 1 for path in wanted):
        return list(wanted)
    home = _home(_near(content))
    known = read_content(home).campaigns
    return [
        Path(known[str(path)].path) if not path.exists() and str(path) in known else path for path in wanted
    ]


def one_campaign(name: str, content: Path | None) -> tuple[Content, Campaign]:
    """A campaign by its name or its file, and the content that it is of. Raises NurtureError."""
    path = Path(name)
    named = path.suffix in (".yaml", ".yml")
    home = _home(_near(path)) if named else _home(_near(content or load_settings().content_dir))
    of = read_content(home)
    files = {Path(file.path).resolve(): file for file in of.campaigns.values()}
    file = files.get(path.resolve()) if named else of.campaigns.get(name)
    if file is None:
        raise NurtureError(
            f"There is no campaign {name} in {home.resolve() if home == Path() else home}.",
            suggestion(name, of.campaigns, "There are"),
        )
    if file.campaign is None or any(problem.file == file.path for problem in errors(of.problems)):
        raise NurtureError(f"{file.path} has mistakes that must be mended first.", "See `nurture check`.")
    return of, file.campaign


def yaml_files(paths: Sequence[Path] | None) -> Iterator[tuple[Path, bool]]:
    """The YAML files that the paths lie in or name, and whether each is a campaign."""
    for path in [_near(path) for path in paths or [load_settings().content_dir]]:
        home = _home(path)
        for part in (CAMPAIGNS, POLICIES):
            for file in sorted((home / part).glob("*.yaml")):
                if path in (home, file) or path in file.parents:
                    yield file, part == CAMPAIGNS and not file.name.endswith(STORIES)


def _near(path: Path) -> Path:
    """As people would name it, from where they are."""
    path = Path(path)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return path.relative_to(Path.cwd())
    return path


def _home(path: Path) -> Path:
    """The directory of content that a file or directory is of."""
    if not path.exists():
        raise NurtureError(f"There is no {path}.", "Name a content directory, or a file in one.")
    for home in (path, *path.parents) if path != Path() else (path,):
        if any((home / part).is_dir() for part in PARTS):
            return home
    raise NurtureError(
        f"{path} is not in a content directory.", f"One has {CAMPAIGNS}/, {POLICIES}/ and {TEMPLATES}/ in it."
    )
