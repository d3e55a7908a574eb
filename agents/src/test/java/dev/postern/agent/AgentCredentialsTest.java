package dev.postern.agent;

import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which backend gets the caller's key, headers, query and credentials. */
class AgentCredentialsTest {
    private static final Timeouts TIMEOUTS = Timeouts.defaults().withTotal(Duration.ofSeconds(7));

    private final CallOptions options = CallOptions.builder()
            .apiKey("secret")
            .header("Authorization", "secret")
            .query("tenant", "secret")
            .credential("aws_secret_access_key", "secret")
            .timeouts(TIMEOUTS)
            .build();

    /** Each agent calls the next one once and then answers. */
    private final ScriptedModel model = ScriptedModel.by(request -> {
        boolean asks = !request.tools().isEmpty()
                && request.messages()
                        .get(request.messages().size() - 1)
                        .toolResults()
                        .isEmpty();
        return asks ? calls(call("1", request.tools().get(0).name(), Map.of("message", "Help."))) : text("done");
    });

    private static AgentBuilder agent(String name, LlmProvider llm, String backend) {
        return Agent.builder(llm).name(name).system(name).backend(backend);
    }

    private CompletionRequest request(ScriptedModel asked, String agent) {
        return asked.requests().stream()
                .filter(request -> request.system().equals(agent))
                .findFirst()
                .orElseThrow();
    }

    private static void assertNothingSecret(CallOptions sent) {
        assertThat(sent.apiKey()).isEmpty();
        assertThat(sent.headers()).isEmpty();
        assertThat(sent.query()).isEmpty();
        assertThat(sent.credentials()).isEmpty();
        assertThat(sent.timeouts()).contains(TIMEOUTS);
    }

    @Test
    void anAgentOnTheSameBackendGetsTheOptions() {
        Agent below = agent("below", model, "a").build();

        agent("top", model, "a").agent(below).build().run(AgentInput.of("Go").withOptions(options));

        assertThat(request(model, "top").options()).isSameAs(options);
        assertThat(request(model, "below").options()).isSameAs(options);
    }

    @Test
    void anAgentOnAnotherBackendOfTheSameProviderGetsNoSecrets() {
        Agent below = agent("below", model, "b").build();
        Agent byDefault = agent("default", model, "").build();

        agent("top", model, "a").agent(below).build().run(AgentInput.of("Go").withOptions(options));
        agent("top", model, "a")
                .agent(byDefault)
                .build()
                .run(AgentInput.of("Go").withOptions(options));

        assertNothingSecret(request(model, "below").options());
        assertNothingSecret(request(model, "default").options());
    }

    @Test
    void anAgentOnAnotherProviderGetsNoSecrets() {
        ScriptedModel other = ScriptedModel.of(text("x"));
        Agent below = agent("below", other, "").build();

        agent("top", model, "").agent(below).build().run(AgentInput.of("Go").withOptions(options));

        assertNothingSecret(request(other, "below").options());
    }

    @Test
    void anAgentThatIsLookedUpAtTheCallFollowsTheSameRules() {
        Agent below = agent("below", model, "b").build();

        agent("top", model, "a")
                .agent(new SubAgent("below", "", () -> Optional.of(below)))
                .build()
                .run(AgentInput.of("Go").withOptions(options));

        assertNothingSecret(request(model, "below").options());
    }

    @Test
    void anAgentOnTheFirstBackendBelowAnotherBackendGetsTheOptions() {
        Agent lowest = agent("lowest", model, "a").build();
        Agent middle = agent("middle", model, "b").agent(lowest).build();

        agent("top", model, "a").agent(middle).build().run(AgentInput.of("Go").withOptions(options));

        assertNothingSecret(request(model, "middle").options());
        assertThat(request(model, "lowest").options()).isSameAs(options);
    }

    @Test
    void optionsForAnotherBackendReachOnlyThatBackend() {
        CallOptions forB = CallOptions.builder().apiKey("of b").build();
        CallOptions forC = CallOptions.builder().apiKey("of c").build();
        CallOptions both = CallOptions.builder()
                .apiKey("of a")
                .backend("b", forB)
                .backend("c", forC)
                .build();
        Agent lowest = agent("lowest", model, "c").build();
        Agent middle = agent("middle", model, "b").agent(lowest).build();

        agent("top", model, "a").agent(middle).build().run(AgentInput.of("Go").withOptions(both));

        assertThat(request(model, "top").options().apiKey()).isEqualTo("of a");
        assertThat(request(model, "middle").options().apiKey()).isEqualTo("of b");
        assertThat(request(model, "lowest").options().apiKey()).isEqualTo("of c");
    }

    @Test
    void aRequestThatIsSentToAnotherBackendGetsNoSecrets() {
        agent("top", model, "a")
                .eachRequest(request -> request.backend("b"))
                .build()
                .run(AgentInput.of("Go").withOptions(options));

        assertNothingSecret(request(model, "top").options());
    }

    @Test
    void optionsThatTheAgentSetsItselfAreKept() {
        CallOptions own = CallOptions.builder().apiKey("own").build();

        agent("top", model, "a")
                .eachRequest(request -> request.backend("b").options(own))
                .build()
                .run(AgentInput.of("Go").withOptions(options));

        assertThat(request(model, "top").options()).isSameAs(own);
    }
}
