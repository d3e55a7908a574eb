package dev.postern.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.ToolDefinition;
import dev.postern.agent.Agent;
import dev.postern.agent.AgentEvent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.Tool;
import dev.postern.testkit.FakeLlm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Runs of agents as Flux and Mono, and tools that are made of a Mono. */
@Timeout(60)
class ReactorAgentTest {
    @RegisterExtension
    static final Colour COLOUR = new Colour();

    private static final ToolDefinition PAINT = ToolDefinition.of("paint", "Paints.", Map.of("type", "object"));
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static FakeLlm painter() {
        return FakeLlm.calling("paint", Map.of()).thenText("Done.");
    }

    @Test
    void aStreamHasTheEventsOfTheRun() {
        Agent agent = Agent.builder(FakeLlm.answering("Hel", "lo")).build();

        StepVerifier.create(ReactorAgent.of(agent).stream(AgentInput.of("Hi")))
                .expectNextMatches(AgentEvent.Started.class::isInstance)
                .expectNext(new AgentEvent.Token("Hel"), new AgentEvent.Token("lo"))
                .expectNextMatches(last -> last instanceof AgentEvent.Done done
                        && done.result().text().equals("Hello"))
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void cancellingARunCancelsTheCallOfItsModel() {
        FakeLlm hanging = FakeLlm.named("fake").thenHang().repeatLast();
        ReactorAgent agent = ReactorAgent.of(Agent.builder(hanging).build());

        var run = agent.run(AgentInput.of("Hi")).subscribe();
        hanging.awaitRequest(0);
        run.dispose();
        hanging.awaitCancelled(1);

        var stream = agent.stream(AgentInput.of("Hi")).subscribe();
        hanging.awaitRequest(1);
        stream.dispose();
        hanging.awaitCancelled(2);
    }

    @Test
    void toolsRunUnderTheThreadLocalsOfTheSubscriber() {
        FakeLlm llm = painter();
        Agent agent = Agent.builder(llm)
                .tool(Tool.of(PAINT, (arguments, context) -> {
                    seen.add(context.user() + " " + Colour.current());
                    return "ok";
                }))
                .binding(ReactorContext.binding())
                .build();

        ReactorAgent.of(agent)
                .run(AgentInput.of("Paint."))
                .contextWrite(Context.of(
                        Colour.KEY,
                        "red",
                        CallContext.class,
                        CallContext.builder().user("ann").build()))
                .block(WAIT);

        assertThat(seen).containsExactly("ann red");
        assertThat(llm.requests())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.context().user()).isEqualTo("ann"));
    }

    @Test
    void aToolOfAMonoGetsTheContextOfTheRun() {
        FakeLlm below = FakeLlm.answering("blue");
        Agent agent = Agent.builder(painter())
                .tool(Tool.async(
                        PAINT,
                        (arguments, context) -> Mono.deferContextual(view -> {
                                    seen.add(view.get(Colour.KEY));
                                    seen.add(context.parent());
                                    return ReactorLlm.of(below).completions(CompletionRequest.of("Which colour?"));
                                })
                                .map(answer -> answer.content())
                                .contextWrite(ReactorContext.of(context))
                                .toFuture()))
                .build();

        ReactorAgent.of(agent)
                .run(AgentInput.of("Paint."))
                .contextWrite(Context.of(Colour.KEY, "red"))
                .block(WAIT);

        assertThat(seen.get(0)).isEqualTo("red");
        assertThat(seen.get(1))
                .isNotEmpty()
                .isEqualTo(below.request(0).context().parent());
    }
}
