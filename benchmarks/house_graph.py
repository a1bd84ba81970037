"""Arrows between files or rooms: floors and circles."""

Graph = dict[str, set[str]]


def by_folder(graph: Graph, depth: int) -> Graph:
    """The same arrows between the first `depth` parts of the names."""
    short: Graph = {}
    for name, used in graph.items():
        start = ".".join(name.split(".")[:depth])
        short.setdefault(start, set()).update(".".join(other.split(".")[:depth]) for other in used)
    return {name: used - {name} for name, used in short.items()}


def circles(graph: Graph) -> list[set[str]]:
    """Sets of files that import each other, however far round."""
    reach = {name: _reached(name, graph) for name in graph}
    found: list[set[str]] = []
    for name in graph:
        ring = {other for other in reach[name] if name in reach[other]}
        if len(ring) > 1 and ring not in found:
            found.append(ring)
    return found


def _reached(start: str, graph: Graph) -> set[str]:
    seen, waiting = set[str](), [start]
    while waiting:
        new = graph[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def floors(graph: Graph) -> int:
    """Files on the longest way down; a circle counts as one."""
    heights: dict[str, int] = {}
    round_ = {name: frozenset(ring) for ring in circles(graph) for name in ring}

    def height(name: str) -> int:
        if name not in heights:
            below = graph[name] - round_.get(name, frozenset())
            heights[name] = 1 + max(map(height, below), default=0)
        return heights[name]

    return max(map(height, graph), default=0)
