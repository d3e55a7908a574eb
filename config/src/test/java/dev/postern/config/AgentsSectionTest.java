package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.ToolDefinition;
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentLimits;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.agent.AgentsBuilder;
import dev.postern.agent.SessionKey;
import dev.postern.agent.Tool;
import dev.postern.jdbc.JdbcMemoryStore;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentsSectionTest {
    private static final String TYPE = RecordingFactory.class.getName();
    private static final String TWO = """
            providers:
              llm:
                default: main
                backends:
                  main: {backend: %1$s, config: {text: one}}
                  local: {backend: %1$s, config: {text: two}}
            """.formatted(TYPE);

    private final GatewayLoader loader =
            GatewayLoader.create().environment(Map.of("TURNS", "7", "PASSWORD", "sk-secret-password"));

    @TempDir
    Path folder;

    @BeforeEach
    void clear() {
        RecordingFactory.MADE.clear();
    }

    private RunningGateway parse(String agents) {
        return loader.parse(TWO + agents);
    }

    @Test
    void aFileWithoutAgentsHasNone() {
        for (String agents : List.of("", "agents:\n", "agents: {}\n", "agents: {specs: }\n")) {
            try (RunningGateway running = parse(agents)) {
                assertThat(running.agents().list()).isEmpty();
                assertThat(running.gateway().backends()).containsExactly("main", "local");
            }
        }
        assertThat(RecordingFactory.MADE).hasSize(8).allMatch(backend -> backend.closed);
    }

    @Test
    void eachKeyOfASpecIsRead() {
        try (RunningGateway running = parse("""
                agents:
                  default_model: big
                  max_turns: ${TURNS}
                  specs:
                    helper:
                      description: helps
                      model: m
                      system_prompt: |
                        Be brief.
                      primitives:
                        memory: {enabled: true, tools: [remember], namespace: "team:{agent_name}"}
                        agents: {tools: [coder, made.later]}
                        browser: {enabled: true}
                      hooks: {auto_memory: false, auto_trace: false}
                      provider_overrides: {llm: local, browser: selenium_grid}
                      max_turns: 100
                      max_repeated_calls: 5
                      temperature: "0.5"
                      max_tokens: 50
                      shared_with: ["*"]
                      checkpointing_enabled: true
                    coder:
                    cold: {temperature: null, owner_id: jo}
                """)) {
            assertThat(running.agents().get("helper"))
                    .isEqualTo(AgentSpec.builder("helper")
                            .description("helps")
                            .model("m")
                            .systemPrompt("Be brief.\n")
                            .primitive("memory", AgentPrimitive.of("remember").withNamespace("team:{agent_name}"))
                            .primitive("agents", AgentPrimitive.of("coder", "made.later"))
                            .primitive("browser", AgentPrimitive.ON)
                            .autoMemory(false)
                            .autoTrace(false)
                            .providerOverrides(Map.of("llm", "local", "browser", "selenium_grid"))
                            .maxTurns(100)
                            .maxRepeatedCalls(5)
                            .temperature(0.5)
                            .maxTokens(50)
                            .extra("shared_with", List.of("*"))
                            .extra("checkpointing_enabled", true)
                            .build());
            assertThat(running.agents().get("coder").maxTurns()).isEqualTo(7);
            assertThat(running.agents().get("jo:cold").temperature()).isEmpty();
            assertThat(running.agents().agent("helper").run("hi").text()).isEqualTo("local says two");
            assertThat(running.agents().agent("coder").run("hi").text()).isEqualTo("main says one");
        }
    }

    @Test
    void limitsOfRunsAreRead() {
        List<AgentsBuilder> builders = new ArrayList<>();
        List<AgentLimits> bounds = new ArrayList<>();
        loader.agents(agents -> builders.add(
                agents.limits(AgentLimits.defaults().withParallelTools(3).withMaxToolCalls(4))));

        try (RunningGateway running = parse("""
                agents:
                  memory_required: true
                  limits:
                    max_tool_calls: 50
                    max_total_tokens: 10000000000
                    max_repeated_calls: 0
                    max_result_characters: 1000
                    history_turns: 2
                    history_tokens: 500
                    total_time: 30s
                    tool_time: 5s
                """)) {
            assertThat(running.agents().list()).isEmpty();
        }

        builders.get(0).limits(read -> {
            bounds.add(read);
            return read;
        });
        assertThat(bounds)
                .containsExactly(new AgentLimits(
                        20, 50, 10_000_000_000L, Duration.ofSeconds(30), Duration.ofSeconds(5), 3, 2, 500, 0, 1000));
    }

    @Test
    void limitsThatAllowNothingAreRefusedWithTheirPlace() {
        Map<String, String> refused = Map.of(
                "limits: {tool_time: 0}",
                "agents.limits.tool_time: must be longer than 0",
                "limits: {max_repeated_calls: 1}",
                "agents.limits.max_repeated_calls: must be 0 or at least 2, but is 1",
                "limits: {max_result_characters: 0}",
                "agents.limits.max_result_characters: must be at least 1",
                "limits: {max_tool_cals: 1}",
                "agents.limits.max_tool_cals: is not a known key. Did you mean 'max_tool_calls'?",
                "specs: {a: {max_repeated_calls: 1}}",
                "agents.specs.a.max_repeated_calls: must be 0 or at least 2, but is 1");

        refused.forEach((section, sentence) -> assertThatThrownBy(() -> parse("agents:\n  " + section + "\n"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(sentence));
    }

    @Test
    void aMistakeInAnAgentClosesTheBackends() {
        assertThatThrownBy(() -> parse("agents: {specs: {a: {nonsense: 1}}}\n"))
                .isInstanceOf(LlmException.class)
                .hasMessageStartingWith("line 7: agents.specs.a.nonsense: is not a known key.");
        assertThat(RecordingFactory.MADE).hasSize(2).allMatch(backend -> backend.closed);
    }

    @Test
    void theAgentsOfAPythonGatewaysFileAreRead() {
        try (RunningGateway running = parse("""
                agents:
                  default_model: "us.anthropic.claude-sonnet-4-20250514-v1:0"
                  max_versions_per_identity: 50
                  store: {backend: redis, config: {redis_url: "redis://localhost:6379/0"}}
                  specs:
                    research-assistant:
                      model: "m"
                      primitives:
                        memory: {enabled: true, namespace: "agent:{agent_name}:{session_id}", shared_namespaces: [a]}
                        browser: {enabled: true, options: {deep: {er: 1}}}
                        tools: {enabled: true, tools: [search_tools, invoke_tool]}
                      provider_overrides: {browser: selenium_grid, memory: mem0}
                      hooks: {auto_memory: true, auto_trace: false}
                    planner: {model: m, primitives: {}}
                teams: {specs: {}}
                """)) {
            assertThat(running.agents().list()).hasSize(2);
            assertThat(running.agents().namespace(running.agents().get("research-assistant"), "jo"))
                    .isEqualTo("agent:research-assistant:u:jo");
        }
    }

    @Test
    void anAgentThatIsCreatedAtRunTimeCanNameToolsOfThePythonGateway() {
        try (RunningGateway running = parse("agents: {specs: {}}\n")) {
            running.agents()
                    .create(AgentSpec.builder("later")
                            .primitive(AgentSpec.TOOLS, AgentPrimitive.of("search_tools", "invoke_tool"))
                            .build());

            assertThat(running.agents().tools(running.agents().get("later"))).isEmpty();
        }
    }

    @Test
    void aSpecCanNameToolsOfTheApplication() {
        loader.agents(all ->
                all.tool(Tool.of(ToolDefinition.of("clock", "The time.", Map.of("type", "object")), input -> "noon")));

        try (RunningGateway running = parse("agents: {specs: {a: {primitives: {tools: {tools: [clock]}}}}}\n")) {
            assertThat(running.agents().tools(running.agents().get("a"))).hasSize(1);
        }
        assertThatThrownBy(() -> parse("agents: {specs: {a: {primitives: {tools: {tools: clok}}}}}\n"))
                .hasMessage("line 7: agents.specs.a.primitives.tools.tools: is not a known tool. Did you mean"
                        + " 'clock'?");
    }

    @Test
    void agentsCreatedAtRunTimeAreStoredInTheNamedFile() {
        for (String store : List.of("%s", "{path: \"%s\"}", "{backend: file, config: {path: \"%s\"}}")) {
            Path file = folder.resolve("agents" + store.length() + ".json");
            String text = "agents: {store: " + store.formatted(file) + "}\n";
            try (RunningGateway running = parse(text)) {
                running.agents().create(AgentSpec.builder("later").build());
            }
            try (RunningGateway running = parse(text)) {
                assertThat(running.agents().list()).extracting(AgentSpec::name).containsExactly("later");
            }
        }
    }

    @Test
    void storePathNamesAFileToo() {
        Path file = folder.resolve("agents.json");
        try (RunningGateway running = parse("agents: {store_path: " + file + "}\n")) {
            running.agents().create(AgentSpec.builder("later").build());
        }
        assertThat(file).exists();
    }

    @Test
    void agentsCreatedAtRunTimeAreStoredInADatabase() {
        String url = "jdbc:h2:mem:specs;DB_CLOSE_DELAY=-1";
        for (String store : List.of("\"" + url + "\"", "{url: \"" + url + "\", user: \"\"}")) {
            try (RunningGateway running = parse("agents: {store: " + store + "}\n")) {
                if (running.agents().find("later").isEmpty()) {
                    running.agents().create(AgentSpec.builder("later").build());
                }
                assertThat(running.agents().list()).hasSize(1);
            }
        }
    }

    @Test
    void conversationsAndMemoriesAreStoredInADatabase() {
        String url = "jdbc:h2:mem:kept;DB_CLOSE_DELAY=-1";
        String agents = """
                agents:
                  conversations: "%s"
                  memories: {url: "%s"}
                  specs: {a: {model: m}}
                """.formatted(url, url);
        SessionKey session = new SessionKey(AgentSpec.SYSTEM + ":a", "s");
        try (RunningGateway running = parse(agents)) {
            running.agents().agent("a").run(AgentInput.of("hi").withSession("s"));
            assertThat(running.agents().memories()).isInstanceOf(JdbcMemoryStore.class);
        }
        try (RunningGateway running = parse(agents)) {
            assertThat(running.agents().conversations().history(session, 10))
                    .extracting(Message::text)
                    .contains("hi");
        }
    }

    @Test
    void theKeysOfDatabasesAreChecked() {
        assertThatThrownBy(() -> parse("agents: {conversations: {user: sa}}\n"))
                .hasMessageStartingWith("line 7: agents.conversations.url: is missing");
        assertThatThrownBy(() -> parse("agents: {memories: {url: \"jdbc:h2:mem:x\", pasword: x}}\n"))
                .hasMessageContaining("Did you mean 'password'?");
        assertThatThrownBy(() -> parse("agents: {memories: memories.json}\n"))
                .hasMessageStartingWith(
                        "line 7: agents.memories: nothing on the class path or module path opens such a URL");
    }

    @Test
    void aDatabaseIsFoundOnAThreadWhoseClassLoaderDoesNotSeeTheJdbcModule() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new WithoutStoreFactories());
        try (RunningGateway running = parse("agents: {store: \"jdbc:h2:mem:context;DB_CLOSE_DELAY=-1\"}\n")) {
            assertThat(running.agents().list()).isEmpty();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void theErrorOfAStoreDoesNotContainItsAddress() throws Exception {
        Path file = Files.writeString(folder.resolve("other.json"), "{\"versions\": {}}");

        assertThatThrownBy(() -> parse("agents: {store: " + file + "}\n"))
                .hasMessage("line 7: agents.store: The agent store, other.json, is not a file of agents: agents: must"
                        + " be a list");
        assertThatThrownBy(() -> parse("agents: {store: \"jdbc:nonesuch://host/db?password=$PASSWORD\"}\n"))
                .isInstanceOf(LlmException.class)
                .hasMessageStartingWith("line 7: agents.store: no driver on the class path accepts this JDBC URL")
                .hasMessageNotContaining("host")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> parse("""
                agents:
                  store: {url: "jdbc:h2:mem:closed;IFEXISTS=TRUE", user: sa, password: "${PASSWORD}"}
                """))
                .hasMessageStartingWith("line 8: agents.store.url: Could not create the table of the agents: ")
                .hasMessageNotContaining("closed;")
                .hasMessageNotContaining("secret");
        assertThat(RecordingFactory.MADE).hasSize(6).allMatch(backend -> backend.closed);
    }

    @Test
    void aDatabaseWithoutTheJdbcModuleNamesTheArtifact() {
        loader.classLoader(new WithoutStoreFactories());

        assertThatThrownBy(() -> parse("agents: {store: \"jdbc:h2:mem:specs\"}\n"))
                .isInstanceOf(LlmException.class)
                .hasMessage("line 7: agents.store: a database needs dev.postern:postern-jdbc on the class path or"
                        + " module path; add it");
        assertThatThrownBy(() -> parse("agents: {store: {url: \"jdbc:h2:mem:specs\"}}\n"))
                .hasMessage("line 7: agents.store.url: a database needs dev.postern:postern-jdbc on the class path or"
                        + " module path; add it");
        assertThatThrownBy(() -> parse("agents: {store: {url: \"redis://host\"}}\n"))
                .hasMessageStartingWith(
                        "line 7: agents.store.url: nothing on the class path or module path opens such a URL")
                .hasMessageContaining("dev.postern:postern-jdbc")
                .hasMessageNotContaining("host");
        assertThat(RecordingFactory.MADE).hasSize(6).allMatch(backend -> backend.closed);
    }

    @Test
    void reloadReplacesGatewayAndAgentsOrNeither() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO + "agents: {specs: {a: {model: m}}}\n");
        try (RunningGateway running = loader.load(file)) {
            running.agents().create(AgentSpec.builder("made").build());

            Files.writeString(file, TWO.replace("one", "uno") + "agents: {specs: {b: {}, c: {}}}\n");
            loader.reload(running, file);
            assertThat(running.agents().list()).extracting(AgentSpec::name).containsExactly("b", "c", "made");
            assertThat(running.agents().agent("b").run("hi").text()).isEqualTo("main says uno");

            Files.writeString(file, TWO.replace("one", "eins") + "agents: {specs: {d: {modle: m}}}\n");
            assertThatThrownBy(() -> loader.reload(running, file)).hasMessageContaining("Did you mean 'model'?");
            assertThat(running.agents().find("d")).isEmpty();
            assertThat(running.agents().agent("b").run("hi").text()).isEqualTo("main says uno");
        }
        assertThat(RecordingFactory.MADE).allMatch(backend -> backend.closed);
    }

    /** Hides the service files of postern-jdbc. */
    private static final class WithoutStoreFactories extends ClassLoader {
        WithoutStoreFactories() {
            super(AgentsSectionTest.class.getClassLoader());
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals("META-INF/services/" + AgentSpecStoreFactory.class.getName())
                    ? Collections.emptyEnumeration()
                    : super.getResources(name);
        }
    }
}
