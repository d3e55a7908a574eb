package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.agent.RunListener.RunEnd;
import dev.postern.agent.RunListener.RunStart;
import dev.postern.agent.RunListener.RunWatch;
import dev.postern.agent.RunListener.ToolEnd;
import dev.postern.agent.RunListener.ToolStart;
import dev.postern.agent.RunListener.ToolWatch;
import dev.postern.agent.RunListener.TurnEnd;
import dev.postern.agent.RunListener.TurnStart;
import dev.postern.agent.RunListener.TurnWatch;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners that throw, and many runs that are cancelled at any time. */
@Timeout(120)
class RunListenerFailureTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final CallContext.Key<String> COLOUR = CallContext.Key.of("colour", String.class);

    private final RunLog log = new RunLog();

    /** Throws in one place. */
    private record Throwing(String place) implements RunListener {
        private void reached(String here) {
            if (here.equals(place)) {
                throw new AssertionError("thrown in " + here);
            }
        }

        @Override
        public RunWatch begin(RunStart run) {
            reached("begin");
            return new RunWatch() {
                @Override
                public TurnWatch turn(TurnStart turn) {
                    reached("turn");
                    return new TurnWatch() {
                        @Override
                        public void end(TurnEnd end) {
                            reached("turn end");
                        }
                    };
                }

                @Override
                public ToolWatch tool(ToolStart tool) {
                    reached("tool");
                    return new ToolWatch() {
                        @Override
                        public void end(ToolEnd end) {
                            reached("tool end");
                        }
                    };
                }

                @Override
                public void end(RunEnd end) {
                    reached("end");
                }
            };
        }
    }

    private Agent agent(RunListener first) {
        return Agent.builder(ScriptedModel.of(calls(call("1", "a")), text("Done.")))
                .listener(first)
                .listener(log)
                .tool(named("a"))
                .build();
    }

    private void assertUnaffected(RunListener first) throws InterruptedException {
        assertThat(agent(first).run("Go").text()).isEqualTo("Done.");
        assertThat(log.awaitEnd().news)
                .containsExactly(
                        "turn 1", "turn 1 ANSWERED", "a", "a RETURNED", "turn 2", "turn 2 ANSWERED", "end ANSWERED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "turn", "turn end", "tool", "tool end", "end"})
    void whatAListenerThrowsChangesNothing(String place) throws Exception {
        assertUnaffected(new Throwing(place));
    }

    @Test
    void aListenerThatReturnsNullChangesNothing() throws Exception {
        assertUnaffected(run -> null);
        assertThat(log.count()).isEqualTo(1);
    }

    @Test
    void watchesThatAreNullChangeNothing() throws Exception {
        assertUnaffected(run -> new RunWatch() {
            @Override
            public TurnWatch turn(TurnStart turn) {
                return null;
            }

            @Override
            public ToolWatch tool(ToolStart tool) {
                return null;
            }
        });
    }

    @Test
    void aListenerThatIsNotInterestedIsToldNothing() throws Exception {
        assertUnaffected(run -> RunWatch.NONE);
    }

    @Test
    void attributesCannotBeAddedLater() throws Exception {
        List<RunStart> starts = new ArrayList<>();
        List<ToolStart> tools = new ArrayList<>();
        agent(run -> {
                    starts.add(run);
                    return new RunWatch() {
                        @Override
                        public ToolWatch tool(ToolStart tool) {
                            tools.add(tool);
                            return ToolWatch.NONE;
                        }
                    };
                })
                .run("Go");

        assertThat(catchCarry(() -> starts.get(0).carry(COLOUR, "late"))).isTrue();
        assertThat(catchCarry(() -> tools.get(0).carry(COLOUR, "late"))).isTrue();
    }

    private static boolean catchCarry(Runnable carry) {
        try {
            carry.run();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    @Test
    void everyRunEndsOnceWhenRunsAreCancelledAtAnyTime() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 300; i++) {
            int cancelAt = random.nextInt(12);
            boolean slow = random.nextInt(4) == 0;
            AtomicInteger steps = new AtomicInteger();
            CompletableFuture<Void> cancel = new CompletableFuture<>();
            Runnable step = () -> {
                if (steps.getAndIncrement() == cancelAt) {
                    cancel.complete(null);
                }
            };
            ScriptedModel model = ScriptedModel.by(request -> {
                step.run();
                return request.messages().size() > 6 ? text("Done.") : calls(call("1", "a"), call("2", "b"));
            });
            Agent below = Agent.builder(ScriptedModel.of(text("42")))
                    .name("below")
                    .listener(log)
                    .build();
            Agent agent = Agent.builder(model)
                    .listener(log)
                    .listener(run -> slow ? slowly(step) : RunWatch.NONE)
                    .tool(TestTools.tool("a", input -> {
                        step.run();
                        return "x" + steps;
                    }))
                    .tool(TestTools.tool("b", input -> {
                        step.run();
                        return "y" + steps;
                    }))
                    .agent(below)
                    .build();
            CompletableFuture<AgentResult> run = agent.runAsync("Go");
            CompletableFuture<Void> cancelling = cancel.thenRunAsync(() -> run.cancel(true));
            if (cancelAt < 7) {
                cancelling.join();
            } else {
                run.handle((result, thrown) -> result).join();
            }
        }
        assertThat(log.count()).isEqualTo(300);
        log.awaitAll();
    }

    /** A listener whose callbacks are steps of the run, too. */
    private static RunWatch slowly(Runnable step) {
        return new RunWatch() {
            @Override
            public ToolWatch tool(ToolStart tool) {
                step.run();
                return ToolWatch.NONE;
            }
        };
    }
}
