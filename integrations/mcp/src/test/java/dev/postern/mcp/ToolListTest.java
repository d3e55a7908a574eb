package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolDefinition;
import dev.postern.agent.Tool;
import dev.postern.testkit.project.CapturedLog;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of tools: pages, names, bounds. */
class ToolListTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static Map<String, Object> page(String next, String... names) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("tools", List.of(names).stream().map(HttpScript::tool).toList());
        if (!next.isEmpty()) {
            page.put("nextCursor", next);
        }
        return page;
    }

    @Test
    void allPagesAreRead() {
        try (HttpScript server = HttpScript.stateless().on("tools/list", ask -> {
                    switch (ask.params().text("cursor")) {
                        case "" -> ask.result(page("p2", "a", "b"));
                        case "p2" -> ask.result(page("p3", "c"));
                        default -> ask.result(page("", "d"));
                    }
                });
                McpClient client = server.client().build()) {
            assertThat(Calls.names(client)).containsExactly("srv_a", "srv_b", "srv_c", "srv_d");
        }
    }

    @Test
    void pagesThatLeadBackFail() {
        try (HttpScript server = HttpScript.stateless().on("tools/list", ask -> ask.result(page("again")));
                McpClient client = server.client().build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(client::tools)
                    .withMessageContaining("leads back to a page")
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL));
            assertThat(server.requests("tools/list")).hasSize(2);
        }
    }

    @Test
    void pagesAndToolsAreBounded() {
        try (HttpScript server = HttpScript.stateless().on("tools/list", ask -> {
                    String next = ask.params().text("cursor") + "x";
                    ask.result(page(next, "tool-" + next));
                });
                McpClient fewPages = server.client()
                        .limits(McpLimits.defaults().withMaxPages(3))
                        .build();
                McpClient fewTools = server.client()
                        .limits(McpLimits.defaults().withMaxTools(2))
                        .build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(fewPages::tools)
                    .withMessageContaining("has more than 3 pages; raise McpLimits.maxPages");
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(fewTools::tools)
                    .withMessageContaining("has more than 2 tools; select some with McpClientBuilder.filter");
        }
    }

    @Test
    void aListThatWasAskedForBeforeAChangeIsNotSharedAfterIt() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        CountDownLatch changed = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (HttpScript server = HttpScript.stateless().on("tools/list", ask -> {
                    if (lists.incrementAndGet() > 1) {
                        ask.result(page("", "new"));
                        return;
                    }
                    ask.beginEvents().notification("notifications/tools/list_changed", Map.of());
                    Calls.await(mayEnd);
                    ask.event(ask.answer(page("", "old"))).exchange().lastChunk();
                });
                McpClient client =
                        server.client().onToolsChanged(changed::countDown).build()) {
            CompletableFuture<List<Tool>> first = client.toolsAsync();
            Calls.await(changed);

            assertThat(client.toolsAsync().get(30, TimeUnit.SECONDS))
                    .extracting(Tool::name)
                    .containsExactly("srv_new");

            mayEnd.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).extracting(Tool::name).containsExactly("srv_old");
            assertThat(Calls.names(client)).containsExactly("srv_new"); // the older list is not kept
            assertThat(lists).hasValue(2);
        }
    }

    @Test
    void anErrorDuringALoadIsToldToThoseWhoWait() {
        BreakingTimer timer = new BreakingTimer();
        try (HttpScript server = HttpScript.stateless().on("tools/list", ask -> {
                    timer.breaks = true;
                    ask.result(page("", "a"));
                });
                McpClient client = server.client().timer(timer).build()) {
            assertThat(client.toolsAsync())
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessage("on purpose");
            timer.breaks = false;
        }
    }

    @Test
    void theFilterSelectsByTheNameOnTheServer() {
        try (HttpScript server =
                        HttpScript.stateless().on("tools/list", ask -> ask.result(page("", "read_a", "write_a")));
                McpClient client = server.client()
                        .filter(name -> name.startsWith("read_"))
                        .limits(McpLimits.defaults().withMaxTools(1))
                        .build()) {
            assertThat(Calls.names(client)).containsExactly("srv_read_a");
        }
    }

    @Test
    void withoutANameThereIsNoPrefix() {
        try (HttpScript server = HttpScript.stateless();
                McpClient noName = McpClient.http(server.uri()).build();
                McpClient other = server.client().toolPrefix("x-").build()) {
            assertThat(Calls.names(noName)).containsExactly("echo");
            assertThat(Calls.names(other)).containsExactly("x-echo");
        }
    }

    @Test
    void ofTwoToolsWithOneNameTheFirstIsTaken() {
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                HttpScript server =
                        HttpScript.stateless().on("tools/list", ask -> ask.result(page("", "a", "b", "a")));
                McpClient client = server.client().build()) {
            assertThat(Calls.names(client)).containsExactly("srv_a", "srv_b");
            log.await(1, "lists two tools named 'a'");
        }
    }

    @Test
    void schemasArePassedOnUnchanged() {
        Map<String, Object> schema = Map.of(
                "$schema",
                "https://json-schema.org/draft/2020-12/schema",
                "type",
                "object",
                "properties",
                Map.of(
                        "a", Map.of("type", "integer", "x-note", List.of("kept", 1)),
                        "b", Map.of("$ref", "#/$defs/B")),
                "$defs",
                Map.of("B", Map.of("type", "string", "format", "uri")));
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/list",
                                ask -> ask.result(Map.of(
                                        "tools",
                                        List.of(Map.of("name", "t", "title", "A title", "inputSchema", schema)))));
                McpClient client = server.client().build()) {
            ToolDefinition tool = client.tools().get(0).definition();

            assertThat(tool.inputSchema()).isEqualTo(schema);
            assertThat(tool.description()).isEqualTo("A title");
        }
    }

    @Test
    void aToolThatCannotBeUsedIsLeftOut() {
        Map<String, Object> large = Map.of("type", "object", "description", "x".repeat(2000));
        Map<String, Object> marked =
                Map.of("type", "object", "properties", Map.of("a", Map.of("type", "number", "x-mcp-header", "A")));
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/list",
                                ask -> ask.result(Map.of(
                                        "tools",
                                        List.of(
                                                Map.of("name", "large", "inputSchema", large),
                                                Map.of("name", "invalid", "inputSchema", Map.of("type", "nonsense")),
                                                Map.of("name", "marked", "inputSchema", marked),
                                                Map.of("description", "has no name"),
                                                HttpScript.tool("good")))));
                McpClient client = server.client()
                        .limits(McpLimits.defaults().withMaxSchemaCharacters(1000))
                        .build()) {
            assertThat(Calls.names(client)).containsExactly("srv_good");
            assertThat(log.messages())
                    .anySatisfy(line -> assertThat(line).contains("'large'", "McpLimits.maxSchemaCharacters is 1000"))
                    .anySatisfy(line -> assertThat(line).contains("'invalid'"))
                    .anySatisfy(line -> assertThat(line).contains("'marked'", "neither string, integer nor boolean"));
        }
    }

    @Test
    void whatAServerNamesIsBounded() {
        String longText = "n".repeat(100_001);
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                HttpScript server = HttpScript.stateless().on("tools/list", ask -> {
                    boolean isFirst = ask.params().text("cursor").isEmpty();
                    ask.result(isFirst ? page("p2", longText, "good") : page(longText));
                });
                HttpScript other =
                        HttpScript.stateless().on("tools/list", ask -> ask.result(page("", longText, "good")));
                McpClient endless = server.client().build();
                McpClient client = other.client().build()) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(endless::tools)
                    .withMessageContaining("names a next page with more than 100000 characters");
            assertThat(Calls.names(client)).containsExactly("srv_good");
            log.await(1, "is left out: its name has more than 1000 characters");
        }
    }

    @Test
    void oneStrangeToolDoesNotMakeTheOthersUnusable() {
        String strange = """
                {"jsonrpc": "2.0", "id": %d, "result": {"resultType": "complete", "tools": [
                  {"name": "a", "inputSchema": {"type": "object", "properties": {"x": {"pattern": "["}}}},
                  {"name": "b", "inputSchema": {"type": "object", "properties": {"x": {"$ref": "#/properties/x"}}}},
                  {"name": "c", "inputSchema": {"type": "object", "properties": {"x": {"enum": 7}}}},
                  {"name": "d", "inputSchema": {"type": "object", "properties": {"x": {"maxLength": 1e999999999}}}},
                  {"name": "e", "inputSchema": {"type": "object", "properties": [1]}, "description": {"x": 1}},
                  {"name": "f", "inputSchema": [1]},
                  {"name": "good", "inputSchema": {"type": "object", "properties": {"x": {"default": null}}}}
                ]}}""";
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/list",
                                ask -> ask.exchange()
                                        .answer(
                                                200,
                                                "application/json",
                                                strange.formatted(ask.message().integer("id", 0))));
                McpClient client = server.client().build()) {
            assertThat(Calls.names(client)).contains("srv_good");
            assertThat(log.messages()).isNotEmpty();
        }
    }

    @Test
    void aLongDescriptionIsCut() {
        try (HttpScript server = HttpScript.stateless()
                        .on(
                                "tools/list",
                                ask -> ask.result(Map.of(
                                        "tools",
                                        List.of(Map.of(
                                                "name", "t", "description", "0123456789", "inputSchema", Map.of())))));
                McpClient client = server.client()
                        .limits(McpLimits.defaults().withMaxDescriptionCharacters(4))
                        .build()) {
            assertThat(client.tools().get(0).definition().description()).isEqualTo("0123 […]");
        }
    }

    @Test
    void aServerWithoutToolsHasNone() {
        try (CapturedLog log = CapturedLog.of("dev.postern.mcp");
                HttpScript server = HttpScript.stateless()
                        .on("server/discover", ask -> ask.result(Map.of("supportedVersions", List.of("2026-07-28"))));
                McpClient client = server.client().build()) {
            assertThat(client.tools()).isEmpty();
            log.await(1, "says that it has no tools");
        }
    }

    @Test
    void requestsAreBounded() {
        try (HttpScript server = HttpScript.stateless();
                McpClient client = server.client()
                        .limits(McpLimits.defaults().withMaxRequests(1))
                        .build()) {
            client.tools();
            server.on("tools/call", ask -> ask.exchange().hold());
            var first = Calls.agent(client.tools(), "srv_echo", Map.of()).runAsync("Go.");
            server.exchange(2);

            var second = Calls.agent(client.tools(), "srv_echo", Map.of()).run("Go.");

            assertThat(second.toolCalls().get(0).result().text()).isEqualTo("Error: LlmException[OVERLOADED]");
            first.cancel(true);
        }
    }

    @Test
    void namesAreForEveryBackend() {
        String longName = "n".repeat(100);
        Map<String, String> names = ToolNames.of("p_", List.of("plain", "a.b", "a/b", "a_b", "größe", longName));

        assertThat(names).containsEntry("plain", "p_plain").containsEntry("a_b", "p_a_b");
        assertThat(names.get("a.b")).matches("p_a_b_[0-9a-f]{8}");
        assertThat(names.get("a/b")).matches("p_a_b_[0-9a-f]{8}").isNotEqualTo(names.get("a.b"));
        assertThat(names).containsEntry("größe", "p_gr__e");
        assertThat(names.get(longName)).hasSize(64).matches("p_n+_[0-9a-f]{8}");
        assertThat(ToolNames.of("p_", List.of(longName, "größe", "a_b", "a/b", "a.b", "plain")))
                .isEqualTo(names);
        assertThat(ToolNames.of(
                                "",
                                IntStream.range(0, 500)
                                        .mapToObj(i -> longName + i)
                                        .toList())
                        .values())
                .doesNotHaveDuplicates();
    }
}
