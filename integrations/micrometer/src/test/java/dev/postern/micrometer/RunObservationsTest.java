package dev.postern.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ToolDefinition;
import dev.postern.agent.Agent;
import dev.postern.agent.Tool;
import dev.postern.testkit.WireServer;
import dev.postern.testkit.project.QuietLog;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The observations and meters of agents; the registry of Micrometer's test kit validates their use. */
@Timeout(60)
class RunObservationsTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final String RUN = "gen_ai.invoke_agent.duration";
    private static final String TOOL = "gen_ai.execute_tool.duration";
    private static final ToolDefinition WEATHER =
            ToolDefinition.of("weather", "Tells the weather", Map.of("type", "object"));

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final Observed observed = new Observed();
    private final ObservationRunListener listener = ObservationRunListener.of(registry);

    @AfterEach
    void noScopeIsLeftOpen() {
        assertThat(registry.getCurrentObservation()).isNull();
        TestObservationRegistryAssert.assertThat(registry).doesNotHaveAnyRemainingCurrentObservation();
    }

    private LlmProvider provider(WireServer server) {
        return observed.provider(server, ObservationListener.of(registry));
    }

    private TestObservationRegistryAssert all() {
        observed.awaitEnds();
        return TestObservationRegistryAssert.assertThat(registry);
    }

    @Test
    void aRunAndItsToolAreObserved() {
        List<Observation> seen = new ArrayList<>();
        try (WireServer server = WireServer.openai()
                        .toolCall("weather", Map.of("city", "Bern"))
                        .answer("Sunny.");
                LlmProvider llm = provider(server)) {
            Agent agent = Agent.builder(llm)
                    .name("helper")
                    .description("Helps")
                    .listener(listener)
                    .binding(ObservationListener.binding())
                    .tool(Tool.of(WEATHER, arguments -> {
                        seen.add(registry.getCurrentObservation());
                        return "sunny";
                    }))
                    .build();
            Observation outer = Observation.start("outer", registry);
            outer.scoped(() -> {
                agent.run("Weather?");
            });
            outer.stop();

            all().hasNumberOfObservationsEqualTo(7) // outer, run, tool, two calls with an attempt each
                    .hasObservationWithNameEqualTo(RUN)
                    .that()
                    .hasBeenStarted()
                    .hasBeenStopped()
                    .doesNotHaveError()
                    .hasParentObservationEqualTo(outer)
                    .hasContextualNameEqualTo("invoke_agent helper")
                    .hasLowCardinalityKeyValue("gen_ai.operation.name", "invoke_agent")
                    .hasLowCardinalityKeyValue("gen_ai.agent.name", "helper")
                    .hasLowCardinalityKeyValue("error.type", "none")
                    .hasHighCardinalityKeyValue("gen_ai.agent.description", "Helps")
                    .hasHighCardinalityKeyValueWithKey("gen_ai.conversation.id")
                    .hasHighCardinalityKeyValue("postern.turns", "2")
                    .hasHighCardinalityKeyValue("postern.tool_calls", "1")
                    .hasHighCardinalityKeyValueWithKey("postern.run.end");
            all().hasObservationWithNameEqualTo(TOOL)
                    .that()
                    .hasBeenStopped()
                    .doesNotHaveError()
                    .hasParentObservationContextMatching(AgentRunContext.class::isInstance)
                    .hasContextualNameEqualTo("execute_tool weather")
                    .hasLowCardinalityKeyValue("gen_ai.operation.name", "execute_tool")
                    .hasLowCardinalityKeyValue("gen_ai.agent.name", "helper")
                    .hasLowCardinalityKeyValue("gen_ai.tool.name", "weather")
                    .hasLowCardinalityKeyValue("gen_ai.tool.type", "function")
                    .hasLowCardinalityKeyValue("error.type", "none")
                    .hasHighCardinalityKeyValue("gen_ai.tool.call.id", "call_1")
                    .hasHighCardinalityKeyValue("gen_ai.tool.description", "Tells the weather")
                    .doesNotHaveHighCardinalityKeyValueWithKey("gen_ai.tool.call.arguments");
            assertThat(seen).hasSize(1);
            assertThat(seen.get(0).getContext()).isInstanceOf(AgentToolContext.class);
        }
    }

    @Test
    void failuresHaveTheirType() {
        try (WireServer server = WireServer.openai()
                        .toolCall("weather", Map.of())
                        .toolCall("invented", Map.of())
                        .status(401);
                LlmProvider llm = provider(server)) {
            Agent agent = Agent.builder(llm)
                    .name("helper")
                    .listener(listener)
                    .tool(Tool.of(WEATHER, arguments -> {
                        throw new IllegalStateException("no weather");
                    }))
                    .build();
            assertThatThrownBy(() -> agent.run("Weather?")).isInstanceOf(LlmException.class);

            all().hasObservationWithNameEqualTo(RUN)
                    .that()
                    .hasError()
                    .hasLowCardinalityKeyValue("error.type", "authentication");
            all().hasAnObservation(context -> context.hasNameEqualTo(TOOL)
                    .hasLowCardinalityKeyValue("gen_ai.tool.name", "weather")
                    .hasLowCardinalityKeyValue("error.type", "java.lang.IllegalStateException")
                    .thenError()
                    .hasMessage("java.lang.IllegalStateException"));
            all().hasAnObservation(context -> context.hasNameEqualTo(TOOL)
                    .hasContextualNameEqualTo("execute_tool invented")
                    .hasLowCardinalityKeyValue("gen_ai.tool.name", "unknown")
                    .hasLowCardinalityKeyValue("error.type", "not_run"));
        }
    }

    @Test
    void theMessageOfAFailureIsContent() {
        try (WireServer server =
                        WireServer.openai().toolCall("weather", Map.of()).answer("Sorry.");
                LlmProvider llm = provider(server)) {
            Agent.builder(llm)
                    .name("helper")
                    .listener(ObservationRunListener.builder(registry)
                            .content(true)
                            .build())
                    .tool(Tool.of(WEATHER, arguments -> {
                        throw new IllegalStateException("no weather");
                    }))
                    .build()
                    .run("Weather?");

            all().hasAnObservation(
                            context -> context.hasNameEqualTo(TOOL).thenError().hasMessage("no weather"));
        }
    }

    @Test
    void theApplicationMayNameThem() {
        ObservationRunListener own = ObservationRunListener.builder(registry)
                .runs(new AgentRunConvention() {
                    @Override
                    public String getName() {
                        return "my.run";
                    }
                })
                .tools(new AgentToolConvention() {
                    @Override
                    public KeyValues getHighCardinalityKeyValues(AgentToolContext tool) {
                        return super.getHighCardinalityKeyValues(tool)
                                .and(
                                        "city",
                                        String.valueOf(
                                                tool.start().call().input().get("city")));
                    }
                })
                .build();
        try (WireServer server = WireServer.openai()
                        .toolCall("weather", Map.of("city", "Bern"))
                        .answer("Sunny.");
                LlmProvider llm = provider(server)) {
            Agent.builder(llm)
                    .name("helper")
                    .listener(own)
                    .tool(Tool.of(WEATHER, arguments -> "sunny"))
                    .build()
                    .run("Weather?");

            all().hasObservationWithNameEqualTo("my.run");
            all().hasObservationWithNameEqualTo(TOOL).that().hasHighCardinalityKeyValue("city", "Bern");
        }
    }

    @Test
    void callsAndToolCallsOfARunAreCounted() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (WireServer server = WireServer.openai()
                        .toolCall("weather", Map.of())
                        .toolCall("weather", Map.of("city", "Bern"))
                        .answer("Sunny.");
                LlmProvider llm = provider(server)) {
            Agent.builder(llm)
                    .name("helper")
                    .listener(MeterRunListener.of(meters))
                    .tool(Tool.of(WEATHER, arguments -> "sunny"))
                    .build()
                    .run("Weather?");

            assertThat(meters.get("gen_ai.invoke_agent.inference_calls")
                            .tags("gen_ai.agent.name", "helper", "error.type", "none")
                            .summary()
                            .max())
                    .isEqualTo(3);
            assertThat(meters.get("gen_ai.invoke_agent.tool_calls").summary().max())
                    .isEqualTo(2);
            assertThat(meters.get("gen_ai.invoke_agent.tool_calls")
                            .summary()
                            .takeSnapshot()
                            .histogramCounts())
                    .hasSize(8);
        }
    }

    @Test
    void aNoopRegistryCostsNothing() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            Agent agent = Agent.builder(llm)
                    .name("helper")
                    .listener(ObservationRunListener.of(ObservationRegistry.NOOP))
                    .build();

            assertThat(agent.run("Hi").text()).isEqualTo("Hello");
        }
    }
}
