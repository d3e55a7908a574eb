package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.testkit.project.QuietLog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AgentsTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final ToolDefinition CLOCK = ToolDefinition.of("clock", "The time.", Map.of("type", "object"));

    private final Model model = new Model();

    /** Answers by a rule and records the requests. */
    private static final class Model implements LlmProvider {
        final List<CompletionRequest> requests = new CopyOnWriteArrayList<>();
        volatile Function<CompletionRequest, CompletionResponse> rule = request -> text("fine");

        @Override
        public String name() {
            return "model";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            requests.add(request);
            return CompletableFuture.completedFuture(rule.apply(request));
        }
    }

    private static CompletionResponse text(String text) {
        return CompletionResponse.builder().content(text).build();
    }

    private static CompletionResponse call(String name, Map<String, ?> input) {
        return CompletionResponse.builder()
                .content(List.of(ToolCall.of("c1", name, input)))
                .build();
    }

    private static AgentSpec spec(String name) {
        return AgentSpec.builder(name).build();
    }

    private static AgentSpec asking(String name, String... others) {
        return AgentSpec.builder(name)
                .description("is " + name)
                .systemPrompt("You are " + name)
                .primitive(AgentSpec.AGENTS, AgentPrimitive.of(others))
                .build();
    }

    private AgentsBuilder agents(AgentSpec... specs) {
        AgentsBuilder builder = Agents.builder(model).tool(Tool.of(CLOCK, input -> "noon"));
        List.of(specs).forEach(builder::spec);
        return builder;
    }

    private static boolean answered(CompletionRequest request) {
        return !request.messages()
                .get(request.messages().size() - 1)
                .toolResults()
                .isEmpty();
    }

    private static List<String> tools(CompletionRequest request) {
        return request.tools().stream().map(ToolDefinition::name).toList();
    }

    @Test
    void aNameWithoutOwnerIsTheCallersAgentOrTheSystems() {
        AgentSpec system = spec("a");
        AgentSpec own = spec("a").toBuilder().owner("jo").build();
        Agents agents = agents(system, own).build();

        assertThat(agents.find("a")).contains(system);
        assertThat(agents.find("a", "jo")).contains(own);
        assertThat(agents.find("a", "eve")).contains(system);
        assertThat(agents.find("jo:a")).contains(own);
        assertThat(agents.find("system:a", "jo")).contains(system);
        assertThat(agents.find("b")).isEmpty();
        assertThatThrownBy(() -> agents.agent("b\n"))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .hasMessage("Agent 'b?' not found");
    }

    @Test
    void createdAgentsAreListedAfterDeclaredOnes() {
        Agents agents = agents(spec("b"), spec("a")).build();
        agents.create(spec("c"));

        assertThat(agents.list()).extracting(AgentSpec::name).containsExactly("b", "a", "c");
        for (String existing : List.of("a", "c")) {
            assertThatThrownBy(() -> agents.create(spec(existing)))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.code()).isEqualTo(Agents.EXISTS))
                    .hasMessage("Agent '" + existing + "' already exists");
        }
    }

    @Test
    void aChangeOverridesTheDeclarationAndIsStored() {
        AgentSpecStore store = InMemoryAgentSpecStore.create();
        Agents agents = agents(spec("a"), spec("b")).store(store).build();
        AgentSpec changed = spec("a").toBuilder().model("m").build();

        agents.update(changed);
        agents.update(changed);

        assertThat(agents.get("a")).isEqualTo(changed);
        assertThat(agents.list()).containsExactly(changed, spec("b"));
        assertThat(agents(spec("a")).store(store).build().get("a")).isEqualTo(changed);
        assertThatThrownBy(() -> agents.update(spec("nobody")))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void aDeletedAgentIsGoneUntilItIsDeclaredAgain() {
        Agents agents = agents(spec("a")).build();
        agents.create(spec("b"));
        agents.update(spec("a").toBuilder().model("m").build());

        assertThat(agents.delete("a")).isTrue();
        assertThat(agents.delete("b")).isTrue();
        assertThat(agents.delete("a")).isFalse();
        assertThat(agents.list()).isEmpty();
        agents.create(spec("b"));

        agents.reload(agents(spec("a"), spec("n")));
        assertThat(agents.list()).extracting(AgentSpec::name).containsExactly("a", "n", "b");
    }

    @Test
    void anInvalidReloadChangesNothing() {
        Agents agents = agents(spec("a")).build();

        assertThatThrownBy(() -> agents.reload(agents(spec("b"), spec("b"))))
                .hasMessage("The agent 'b' is declared twice; rename one.");
        assertThat(agents.list()).containsExactly(spec("a"));
    }

    @Test
    void theSpecsSettingsAreSentWithEachRequest() {
        AgentSpec spec = AgentSpec.builder("a")
                .model("m")
                .systemPrompt("Be brief.")
                .temperature(0.5)
                .maxTokens(9)
                .backend("local")
                .build();

        agents(spec).defaultModel("other").build().agent("a").run("hi");

        CompletionRequest request = model.requests.get(0);
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.system()).isEqualTo("Be brief.");
        assertThat(request.temperature()).hasValue(0.5);
        assertThat(request.maxTokens()).hasValue(9);
        assertThat(request.backend()).isEqualTo("local");
        assertThat(request.tools()).isEmpty();
    }

    @Test
    void unsetSettingsHaveDefaults() {
        Agents agents = agents(
                        spec("a"), AgentSpec.builder("b").temperature(null).build())
                .defaultModel("other")
                .build();

        agents.agent("a").run("hi");
        agents.agent(agents.get("b"), "spare").run("hi");

        assertThat(model.requests.get(0).model()).isEqualTo("other");
        assertThat(model.requests.get(0).temperature()).hasValue(1.0);
        assertThat(model.requests.get(0).maxTokens()).isEmpty();
        assertThat(model.requests.get(0).backend()).isEmpty();
        assertThat(model.requests.get(1).temperature()).isEmpty();
        assertThat(model.requests.get(1).backend()).isEqualTo("spare");
    }

    @Test
    void theConversationContinuesUnlessAutoMemoryIsOff() {
        Agents agents = agents(
                        spec("a"), spec("b").toBuilder().autoMemory(false).build())
                .build();

        for (String name : List.of("a", "b")) {
            agents.agent(name).run(AgentInput.of("one").withSession("s"));
            agents.agent(name).run(AgentInput.of("two").withSession("s"));
        }

        assertThat(model.requests.get(1).messages()).hasSize(3);
        assertThat(model.requests.get(3).messages()).hasSize(1);
        assertThat(agents.conversations().sessions("system:a")).hasSize(1);
        assertThat(agents.conversations().sessions("system:b")).isEmpty();
    }

    @Test
    void anAgentHasOnlyTheNamedMemoryTools() {
        AgentSpec some = AgentSpec.builder("a")
                .primitive(
                        AgentSpec.MEMORY,
                        AgentPrimitive.of("recall", "remember").withNamespace("team:{agent_name}"))
                .build();
        AgentSpec all = AgentSpec.builder("b")
                .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
                .build();
        Agents agents = agents(some, all).build();
        model.rule =
                request -> answered(request) ? text("fine") : call("remember", Map.of("key", "k", "content", "tea"));

        agents.agent("a").run("hi");
        agents.agent("b").run("hi");

        assertThat(tools(model.requests.get(0))).containsExactly("remember", "recall");
        assertThat(tools(model.requests.get(2)))
                .containsExactly("remember", "recall", "search_memory", "forget", "list_memories");
        assertThat(agents.memories().get("team:a", "k")).isPresent();
        assertThat(agents.memories().get("agent:system:b", "k")).isPresent();
        assertThat(agents.namespace(some, "")).isEqualTo("team:a");
        assertThat(agents.namespace(all, "jo")).isEqualTo("agent:system:b:u:jo");
    }

    @Test
    void anAgentHasTheNamedApplicationToolsOrAll() {
        AgentsBuilder builder = agents(
                        spec("none"),
                        spec("all").toBuilder()
                                .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                                .build(),
                        spec("one").toBuilder()
                                .primitive(AgentSpec.TOOLS, AgentPrimitive.of("clock", "search_tools"))
                                .build(),
                        spec("off").toBuilder()
                                .primitive(AgentSpec.TOOLS, AgentPrimitive.ON.disabled())
                                .build())
                .tool(Tool.of(ToolDefinition.of("dice", "A number.", Map.of("type", "object")), input -> 4))
                .ignoredTools(Set.of("search_tools"));
        Agents agents = builder.build();

        List.of("none", "all", "one", "off").forEach(name -> agents.agent(name).run("hi"));

        assertThat(model.requests)
                .extracting(AgentsTest::tools)
                .containsExactly(List.of(), List.of("clock", "dice"), List.of("clock"), List.of());
        assertThat(agents.tools(agents.get("one")))
                .extracting(tool -> tool.primitive() + " " + tool.definition().name())
                .containsExactly("tools clock");
        assertThat(agents.catalog().keySet()).containsExactly("memory", "tools", "agents");
        assertThat(agents.catalog().get("memory")).hasSize(5);
        assertThat(builder.toolNames("tools")).containsExactly("clock", "dice");
    }

    @Test
    void anUnknownToolIsRefusedWithItsPath() {
        Agents agents = agents().build();
        AgentSpec wrong = spec("a").toBuilder()
                .primitive(AgentSpec.MEMORY, AgentPrimitive.of("recall", "recal"))
                .build();

        assertThatThrownBy(() -> agents.create(wrong))
                .hasMessage("primitives.memory.tools[1]: is not the name of a tool; the tools are forget,"
                        + " list_memories,"
                        + " recall, remember, search_memory.");
        assertThatThrownBy(() -> agents(wrong).build()).isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> agents().tool(Tool.of(CLOCK, input -> "")))
                .hasMessage("There is a tool named 'clock' already; rename this one.");
    }

    @Test
    void anIgnoredToolCanBeNamed() {
        AgentSpec spec = spec("a").toBuilder()
                .primitive(AgentSpec.TOOLS, AgentPrimitive.of("clock", "invoke_tool"))
                .build();

        assertThatThrownBy(() -> agents().build().create(spec))
                .hasMessage("primitives.tools.tools[1]: is not the name of a tool; the tools are clock.");

        Agents agents = agents().ignoredTools(Set.of("search_tools"))
                .ignoredTools(Set.of("invoke_tool"))
                .build();
        agents.create(spec);
        assertThat(agents.tools(agents.get("a")))
                .extracting(tool -> tool.definition().name())
                .containsExactly("clock");
    }

    @Test
    void anAgentCallsAnotherAndEachUsesItsOwnBackend() {
        AgentSpec coder = spec("coder").toBuilder()
                .description("writes code")
                .systemPrompt("You are coder")
                .backend("local")
                .build();
        Agents agents = agents(asking("boss", "coder", "nobody"), coder).build();
        model.rule = request -> request.system().equals("You are boss") && !answered(request)
                ? call("call_coder", Map.of("message", "write"))
                : text("done by " + request.system());

        AgentResult result = agents.agent(agents.get("boss"), "main").run("go");

        assertThat(result.text()).isEqualTo("done by You are boss");
        assertThat(result.toolCalls().get(0).result().text()).isEqualTo("done by You are coder");
        assertThat(model.requests).extracting(CompletionRequest::backend).containsExactly("main", "local", "main");
        assertThat(tools(model.requests.get(0))).containsExactly("call_coder");
        assertThat(model.requests.get(0).tools().get(0).description()).contains("writes code");
    }

    @Test
    void agentsThatCallEachOtherEndAtTheThirdLevel() {
        Agents agents = agents(asking("a", "b"), asking("b", "a")).build();
        model.rule = request -> answered(request) || request.tools().isEmpty()
                ? text("enough")
                : call(request.tools().get(0).name(), Map.of("message", "go on"));

        assertThat(agents.agent("a").run("go").text()).isEqualTo("enough");

        assertThat(model.requests)
                .extracting(CompletionRequest::system)
                .startsWith("You are a", "You are b", "You are a", "You are b");
        assertThat(model.requests.get(3).tools()).isEmpty(); // not offered at the largest depth
        assertThat(model.requests).hasSize(7);
    }

    @Test
    void aCalledAgentIsLookedUpAtTheCall() {
        Agents agents = agents(asking("boss", "coder")).build();
        agents.create(spec("coder").toBuilder().systemPrompt("old").build());
        Agent boss = agents.agent("boss");
        model.rule = request -> request.system().equals("You are boss") && !answered(request)
                ? call("call_coder", Map.of("message", "write"))
                : text("by " + request.system());

        agents.update(spec("coder").toBuilder().systemPrompt("new").build());
        assertThat(boss.run("go").toolCalls().get(0).result().text()).isEqualTo("by new");

        agents.delete("coder");
        assertThat(boss.run("go").toolCalls().get(0).result().text()).contains("does not exist any more");
        agents.agent("boss").run("go");
        assertThat(tools(model.requests.get(model.requests.size() - 1))).isEmpty();
    }

    @Test
    void aSpecsMaxTurnsLimitItsRun() {
        Agents agents = agents(spec("a").toBuilder()
                        .maxTurns(2)
                        .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                        .build())
                .build();
        model.rule = request -> call("clock", Map.of("n", model.requests.size()));

        AgentResult result = agents.agent("a").run("go");

        assertThat(result.turns()).isEqualTo(2);
        assertThat(result.text())
                .startsWith("I've reached the maximum number of turns (2). Here's what I have so far: ");
        assertThat(model.requests).hasSize(2);
    }

    @Test
    void aSpecCanSetTheLimitOfRepeatedCalls() {
        AgentSpec usual = spec("a").toBuilder()
                .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                .build();
        AgentSpec strict = AgentSpec.builder("b")
                .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                .maxRepeatedCalls(2)
                .build();
        Agents agents = agents(usual, strict)
                .limits(bounds -> bounds.withMaxRepeatedCalls(4))
                .build();
        model.rule = request -> call("clock", Map.of());

        assertThat(agents.agent("a").run("go").turns()).isEqualTo(4);
        assertThat(agents.agent("b").run("go").turns()).isEqualTo(2);
        assertThat(agents.agent("b").run("go").end()).isEqualTo(AgentEnd.REPEATED_CALL);
    }

    @Test
    void theRegistrysFailureSettingsApplyToItsAgents() {
        ConversationMemory broken = new ForwardingMemory(InMemoryConversations.create()) {
            @Override
            public void append(SessionKey session, Turn turn) {
                throw new LlmException(Kind.CONNECTION, "down");
            }
        };
        AgentSpec spec = spec("a").toBuilder()
                .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                .build();
        AgentsBuilder builder = Agents.builder(model)
                .tool(Tool.of(CLOCK, input -> {
                    throw new IllegalStateException("no battery");
                }))
                .spec(spec)
                .conversations(broken)
                .toolFailures(ToolFailureText.WITH_MESSAGE);
        model.rule = request -> answered(request) ? text("fine") : call("clock", Map.of());

        AgentResult result = builder.build().agent("a").run("go");

        assertThat(result.toolCalls().get(0).result().text()).isEqualTo("Error: IllegalStateException: no battery");
        assertThat(result.memoryFailures()).hasSize(1);
        Agent strict = builder.memoryRequired(true).build().agent("a");
        assertThatThrownBy(() -> strict.run("go")).hasMessageStartingWith("The turn could not be stored");
    }
}
