package dev.postern.agent;

import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.agent.RunListener.RunWatch;
import dev.postern.agent.RunListener.ToolStart;
import dev.postern.agent.RunListener.ToolWatch;
import dev.postern.agent.RunListener.TurnStart;
import dev.postern.agent.RunListener.TurnWatch;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The context of a run reaches its requests, tools, approvals, memories and the agents that it calls. */
@Timeout(60)
class AgentContextTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    @RegisterExtension
    static final QuietLog CALLS = QuietLog.of("dev.postern.call");

    private static final CallContext.Key<String> COLOUR = CallContext.Key.of("colour", String.class);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final CallContext given = CallContext.builder()
            .user("ann")
            .session("s1")
            .tenant("acme")
            .with(COLOUR, "red")
            .with(CallContext.TRACE_PARENT, TRACE)
            .build();
    private final RunLog log = new RunLog();
    private final List<CallContext> seen = new CopyOnWriteArrayList<>();
    private final ScriptedModel callsA = ScriptedModel.of(calls(call("1", "a")), text("Done."));

    private static AgentInput input(CallContext context) {
        return AgentInput.of("Go").withContext(context);
    }

    private static void assertGiven(CallContext context) {
        assertThat(context.user()).isEqualTo("ann");
        assertThat(context.session()).isEqualTo("s1");
        assertThat(context.tenant()).isEqualTo("acme");
        assertThat(context.get(COLOUR)).contains("red");
        assertThat(context.get(CallContext.TRACE_PARENT)).contains(TRACE);
    }

    private Tool seeing(String name) {
        return Tool.of(TestTools.definition(name), (arguments, context) -> {
            seen.add(context);
            return "seen";
        });
    }

    @Test
    void everyRequestHasTheContextAndTheRunAsItsParent() throws Exception {
        Agent.builder(callsA).listener(log).tool(seeing("a")).build().run(input(given));

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.context.id()).isNotEmpty();
        assertThat(run.context.parent()).isEmpty();
        assertThat(callsA.requests()).hasSize(2).allSatisfy(request -> {
            assertGiven(request.context());
            assertThat(request.context().id()).isEqualTo(run.context.id());
            assertThat(request.context().parent()).isEqualTo(run.start.runId());
        });
    }

    @Test
    void withoutAContextARunHasAnIdAndItsSession() {
        AgentResult result = Agent.builder(callsA).tool(seeing("a")).build().run("Go");

        CallContext context = callsA.request(0).context();
        assertThat(context.id()).isNotEmpty();
        assertThat(callsA.request(1).context().id()).isEqualTo(context.id());
        assertThat(context.session()).isEqualTo(result.sessionId());
        assertThat(context.parent()).isNotEmpty();
    }

    @Test
    void anIdThatIsGivenIsKeptAndEachRunHasOneOfItsOwnOtherwise() {
        ScriptedModel model = ScriptedModel.by(request -> text("Hi"));
        Agent agent = Agent.builder(model).build();

        agent.run(input(given.toBuilder().id("job").parent("above").build()));
        AgentInput same = input(given);
        agent.run(same);
        agent.run(same);

        assertThat(model.request(0).context().id()).isEqualTo("job");
        assertThat(model.request(1).context().id())
                .isNotEqualTo(model.request(2).context().id());
    }

    @Test
    void functionsOfAllFormsGetTheContext() {
        record Nothing() {}
        ScriptedModel model =
                ScriptedModel.of(calls(call("1", "a"), call("2", "b"), call("3", "c"), call("4", "d")), text("Done."));
        Agent.builder(model)
                .tool(seeing("a"))
                .tool(Tool.of("b", "", Nothing.class, (nothing, context) -> seen.add(context)))
                .tool(Tool.async("c", "", Nothing.class, (nothing, context) -> {
                    seen.add(context);
                    return CompletableFuture.completedFuture("x");
                }))
                .tool(Tool.async(TestTools.definition("d"), (arguments, context) -> {
                    seen.add(context);
                    return CompletableFuture.completedFuture("x");
                }))
                .build()
                .run(input(given));

        assertThat(seen).hasSize(4).allSatisfy(context -> {
            assertGiven(context);
            assertThat(context.parent()).isEqualTo(model.request(0).context().parent());
            assertThat(context.remaining().orElseThrow())
                    .isLessThanOrEqualTo(AgentLimits.defaults().toolTime());
        });
    }

    @Test
    void approvalsGetTheContext() {
        Agent.builder(callsA)
                .tool(seeing("a"))
                .approval(ToolApproval.of((call, context) -> {
                    seen.add(context);
                    return CompletableFuture.completedFuture(ToolApproval.Decision.APPROVED);
                }))
                .build()
                .run(input(given));

        assertThat(seen).hasSize(2).allSatisfy(AgentContextTest::assertGiven);
    }

    @Test
    void theContextIsBoundWhereToolsApprovalsAndMemoriesRun() {
        ThreadLocal<CallContext> current = new ThreadLocal<>();
        List<String> places = new CopyOnWriteArrayList<>();
        Instrumentation.ContextBinding binding = context -> {
            CallContext before = current.get();
            current.set(context);
            return () -> {
                if (before == null) {
                    current.remove();
                } else {
                    current.set(before);
                }
            };
        };
        ConversationMemory memory = new ForwardingMemory(InMemoryConversations.create()) {
            @Override
            public List<Message> history(SessionKey session, int turns) {
                assertGiven(current.get());
                places.add("history");
                return List.of();
            }

            @Override
            public void append(SessionKey session, Turn turn) {
                assertGiven(current.get());
                places.add("append");
            }
        };

        Agent.builder(callsA)
                .tool(TestTools.tool("a", arguments -> {
                    assertGiven(current.get());
                    places.add("tool");
                    return "x";
                }))
                .approval(call -> {
                    assertGiven(current.get());
                    places.add("approval");
                    return CompletableFuture.completedFuture(ToolApproval.Decision.APPROVED);
                })
                .conversations(memory)
                .memoryRequired(true)
                .binding(binding)
                .build()
                .run(input(given));

        assertThat(places).containsExactly("history", "approval", "tool", "append");
    }

    @Test
    void bindingsAreAdded() {
        List<String> bound = new CopyOnWriteArrayList<>();
        Agent.builder(callsA)
                .tool(seeing("a"))
                .binding(context -> {
                    bound.add("first");
                    return () -> {};
                })
                .binding(context -> {
                    bound.add("second");
                    return () -> {};
                })
                .build()
                .run(input(given));

        assertThat(bound).startsWith("first", "second");
    }

    @Test
    void aBindingThatThrowsChangesNothing() {
        Agent agent = Agent.builder(callsA)
                .tool(seeing("a"))
                .binding(context -> {
                    throw new NoClassDefFoundError("a test");
                })
                .build();

        assertThat(agent.run(input(given)).text()).isEqualTo("Done.");
        assertThat(seen).hasSize(1);
    }

    @Test
    void anAgentThatIsCalledIsPartOfTheSameJob() throws Exception {
        ScriptedModel own = ScriptedModel.of(calls(call("1", "a")), text("42"));
        Agent expert = Agent.builder(own)
                .name("expert")
                .backend("b")
                .listener(log)
                .tool(seeing("a"))
                .build();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "call_expert", Map.of("message", "Help."))), text("x"));
        CallOptions options = CallOptions.builder()
                .apiKey("of the chief")
                .backend("b", CallOptions.builder().apiKey("of b").build())
                .build();

        Agent.builder(model)
                .name("chief")
                .listener(log)
                .agent(expert)
                .build()
                .run(input(given).withOptions(options));

        RunLog.Seen chief = log.awaitEnd("chief");
        RunLog.Seen below = log.awaitEnd("expert");
        assertThat(below.context.id()).isEqualTo(chief.context.id());
        assertThat(below.context.parent()).isEqualTo(chief.start.runId());
        assertThat(own.requests()).hasSize(2).allSatisfy(request -> {
            assertGiven(request.context());
            assertThat(request.context().id()).isEqualTo(chief.context.id());
            assertThat(request.context().parent()).isEqualTo(below.start.runId());
            assertThat(request.options().apiKey()).isEqualTo("of b");
            assertThat(request.context().remaining().orElseThrow())
                    .isLessThanOrEqualTo(AgentLimits.defaults().toolTime());
        });
        assertThat(seen)
                .hasSize(1)
                .allSatisfy(context -> assertThat(context.parent()).isEqualTo(below.start.runId()));
    }

    @Test
    void aRunThatAnInterceptorBeginsIsPartOfItsCall() throws Exception {
        ScriptedModel own = ScriptedModel.of(text("42"));
        Agent expert = Agent.builder(own).name("expert").listener(log).build();
        List<String> callIds = new CopyOnWriteArrayList<>();
        LlmProvider llm = Instrumentation.builder()
                .interceptor(call -> {
                    callIds.add(call.callId());
                    expert.run(input(call.context()));
                    return Interceptor.Decision.proceed();
                })
                .build()
                .around(ScriptedModel.of(text("x")));

        llm.completions(CompletionRequest.of("Go").withContext(given));

        RunLog.Seen run = log.awaitEnd("expert");
        assertThat(callIds).containsExactly(run.context.parent());
        assertThat(own.request(0).context().parent()).isEqualTo(run.start.runId());
    }

    @Test
    void whatListenersCarryReachesWhatIsBelow() throws Exception {
        CallContext.Key<String> inTurn = CallContext.Key.of("turn", String.class);
        CallContext.Key<String> inTool = CallContext.Key.of("tool", String.class);
        ScriptedModel own = ScriptedModel.of(text("42"));
        Agent expert = Agent.builder(own).name("expert").build();
        ScriptedModel model = ScriptedModel.of(
                calls(call("1", "a"), call("2", "call_expert", Map.of("message", "Help."))), text("x"));
        RunListener carrying = run -> {
            run.carry(COLOUR, "blue");
            return new RunWatch() {
                @Override
                public TurnWatch turn(TurnStart turn) {
                    turn.carry(inTurn, "turn " + turn.number());
                    return TurnWatch.NONE;
                }

                @Override
                public ToolWatch tool(ToolStart tool) {
                    tool.carry(inTool, tool.call().name());
                    return ToolWatch.NONE;
                }
            };
        };

        Agent.builder(model)
                .listener(carrying)
                .listener(log)
                .tool(seeing("a"))
                .agent(expert)
                .build()
                .run(input(given));

        assertThat(log.awaitEnd().context.get(COLOUR)).contains("blue");
        assertThat(model.request(1).context().get(COLOUR)).contains("blue");
        assertThat(model.request(1).context().get(inTurn)).contains("turn 2");
        assertThat(model.request(1).context().get(inTool)).isEmpty();
        assertThat(seen.get(0).get(COLOUR)).contains("blue");
        assertThat(seen.get(0).get(inTool)).contains("a");
        assertThat(seen.get(0).get(inTurn)).isEmpty();
        assertThat(own.request(0).context().get(inTool)).contains("call_expert");
        assertThat(own.request(0).context().get(COLOUR)).contains("blue");
    }

    @Test
    void theContextIsThereWhenTheModelIsAskedAgain() throws Exception {
        InMemoryConversations conversations = InMemoryConversations.create();
        List<CallListener.CallStart> calls = new CopyOnWriteArrayList<>();
        ScriptedModel model = ScriptedModel.by(request -> {
            if (request.messages().size() > 1) {
                throw new LlmException(LlmException.Kind.CONTEXT_LENGTH, "too long");
            }
            return text("Hi");
        });
        LlmProvider llm = Instrumentation.builder()
                .listener(call -> {
                    calls.add(call);
                    return CallListener.CallWatch.NONE;
                })
                .build()
                .around(model);
        Agent agent =
                Agent.builder(llm).listener(log).conversations(conversations).build();
        conversations.append(
                agent.sessionKey("s1", "ann"), new Turn(List.of(Message.user("a"), Message.assistant("b"))));

        agent.run(input(given));

        RunLog.Seen run = log.awaitEnd();
        assertThat(run.news).contains("turn 1 FAILED", "turn 2 ANSWERED");
        assertThat(calls).hasSize(2).allSatisfy(call -> {
            assertGiven(call.context());
            assertThat(call.context().parent()).isEqualTo(run.start.runId());
        });
        assertThat(calls.get(0).callId()).isNotEqualTo(calls.get(1).callId());
    }

    // ---- deadlines

    @Test
    void theTimeOfTheRunIsTheDeadlineOfItsRequests() {
        Agent.builder(callsA)
                .tool(seeing("a"))
                .limits(AgentLimits.defaults()
                        .withTotalTime(Duration.ofSeconds(50))
                        .withToolTime(Duration.ofSeconds(40)))
                .build()
                .run(input(given.toBuilder().within(Duration.ofHours(1)).build()));

        CompletionRequest request = callsA.request(0);
        assertThat(request.context().remaining().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(50));
        assertThat(seen.get(0).remaining().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void anEarlierDeadlineOfTheCallerEndsTheRun() throws Exception {
        ManualTimer timer = new ManualTimer();
        ManualModel model = new ManualModel();
        Watcher watcher = Watcher.of(Agent.builder(model).timer(timer).build().stream(
                input(given.toBuilder().within(Duration.ofMinutes(5)).build())));
        ManualModel.Call call = model.next();
        assertThat(call.request.context().remaining().orElseThrow()).isLessThanOrEqualTo(Duration.ofMinutes(5));

        timer.advance(Duration.ofMinutes(5));

        assertThat(watcher.result().end()).isEqualTo(AgentEnd.TIME);
        assertThat(call.isCancelled()).isTrue();
    }

    @Test
    void aDeadlineThatIsOverFailsTheRunAndNothingIsSent() throws Exception {
        Agent agent = Agent.builder(callsA).listener(log).build();

        LlmException failure = catchThrowableOfType(
                LlmException.class,
                () -> agent.run(
                        input(given.toBuilder().within(Duration.ofSeconds(-1)).build())));

        assertThat(failure.kind()).isEqualTo(LlmException.Kind.TIMEOUT);
        assertThat(callsA.requests()).isEmpty();
        assertThat(log.awaitEnd().news).containsExactly("end FAILED");
    }

    @Test
    void aProviderThatNoticesTheEndOfTheTimeFirstDoesNotFailTheRun() {
        ScriptedModel model = ScriptedModel.by(request -> {
            while (!request.context().remaining().orElseThrow().isNegative()) {
                Thread.onSpinWait();
            }
            throw new LlmException(LlmException.Kind.TIMEOUT, "too late");
        });

        AgentResult result = Agent.builder(model)
                .timer(new ManualTimer())
                .limits(AgentLimits.defaults().withTotalTime(Duration.ofMillis(20)))
                .build()
                .run(input(given));

        assertThat(result.end()).isEqualTo(AgentEnd.TIME);
        assertThat(result.text()).startsWith("I've run out of time (0.02 seconds).");
    }

    // ---- the input

    @Test
    void userAndSessionOfInputAndContextAgree() {
        AgentInput bob = AgentInput.of("Go").withUser("bob").withSession("s2");
        assertThat(bob.context().user()).isEqualTo("bob");
        assertThat(bob.context().session()).isEqualTo("s2");

        AgentInput ann = bob.withContext(given);
        assertThat(ann.user()).isEqualTo("ann");
        assertThat(ann.sessionId()).isEqualTo("s1");

        AgentInput eve = ann.withUser("eve").withOptions(CallOptions.NONE);
        assertThat(eve.context().user()).isEqualTo("eve");
        assertThat(eve.context().tenant()).isEqualTo("acme");
        assertThat(ann.withUser("").context().user()).isEmpty();

        AgentInput kept = bob.withContext(CallContext.builder().tenant("x").build());
        assertThat(kept.user()).isEqualTo("bob");
        assertThat(kept.context().session()).isEqualTo("s2");

        AgentInput made = new AgentInput("Go", "", "bob", CallOptions.NONE, List.of(), given);
        assertThat(made.sessionId()).isEqualTo("s1");
        assertThat(made.context().user()).isEqualTo("bob");
    }

    @Test
    void theContextTakesNoPartInEquality() {
        AgentInput one = AgentInput.of("Go").withUser("ann").withSession("s1");

        assertThat(one.withContext(given)).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(one.withUser("bob")).isNotEqualTo(one);
        assertThat(one).hasToString("AgentInput[2 characters, session s1]");
    }
}
