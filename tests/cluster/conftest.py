"""Clusters of several servers, judged when their module ends as single servers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from support.cluster import Cluster


@pytest.fixture(scope="module")
def start_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cluster]]:
    """start_cluster(2, through_network=True, LOCK_TTL_SECONDS="6"): they live as long as the
    module."""
    started: list[Cluster] = []

    def start(count: int = 2, through_network: bool = False, **settings: str | None) -> Cluster:
        folder = tmp_path_factory.mktemp("cluster")
        cluster = Cluster(folder, count, through_network, **settings)
        started.append(cluster)
        return cluster.start()

    yield start
    failures = []
    for cluster in started:
        for server in cluster.servers:
            try:
                server.end()
            except AssertionError as failure:
                failures.append(str(failure))
        if cluster.network is not None:
            cluster.network.close()
    assert not failures, "\n\n".join(failures)


@pytest.fixture(scope="module")
def cluster(start_cluster: Callable[..., Cluster]) -> Cluster:
    """Two instances with the usual settings."""
    return start_cluster()
