package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRulesTest {
    @ParameterizedTest
    @CsvSource({
        "GET, /healthz, NOTHING",
        "HEAD, /readyz, NOTHING",
        "POST, /healthz, KEY",
        "GET, /healthz/, KEY",
        "GET, //healthz, KEY",
        "GET, /metrics, ADMIN",
        "GET, /metrics/, ADMIN",
        "GET, /admin, NOTHING",
        "GET, /admin/state, ADMIN",
        "POST, /admin, ADMIN",
        "POST, /admin/reload, ADMIN",
        "GET, /administrators, KEY",
        "POST, /api/v1/llm/completions, KEY",
        "POST, /api/v1/llm/completions/stream, KEY",
        "GET, /api/v1/llm/models, KEY",
        "GET, /api/v1/agents, KEY",
        "POST, /api/v1/agents, ADMIN",
        "GET, /api/v1/agents/a, KEY",
        "PUT, /api/v1/agents/a, ADMIN",
        "DELETE, /api/v1/agents/a, ADMIN",
        "POST, /api/v1/agents/a/chat, KEY",
        "POST, /api/v1/agents/a/sessions/cleanup, ADMIN",
        "GET, /api/v1/agents/a/sessions/s, KEY",
        "DELETE, /api/v1/agents/a/sessions/s, KEY",
        "DELETE, /api/v1/agents/a/sessions/s/run, KEY",
        "DELETE, /api/v1/agents/a/sessions/s/run/, ADMIN",
        "PATCH, /api/v1/unknown, ADMIN",
        "GET, /unknown, KEY",
        "GET, *, ADMIN",
        "OPTIONS, /api/v1/agents, ADMIN"
    })
    void eachPathHasItsNeed(String method, String path, PathRules.Need need) {
        assertThat(PathRules.of(method, path)).isEqualTo(need);
    }
}
