package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import dev.postern.Usage;
import dev.postern.testkit.project.ScriptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The usage of structured answers that fail. */
class StructuredCostTest {
    private record Stop(String city, Optional<String> note) {}

    @Test
    void aFailureWithAnAnswerIsNotFollowedByAnotherMode() {
        List<CompletionRequest> requests = new ArrayList<>();
        ScriptedModel model = ScriptedModel.by(request -> {
            requests.add(request);
            throw LlmException.builder(Kind.UNSUPPORTED, "The response_format failed.")
                    .answer(ScriptedModel.answer(Usage.of(3, 4), "half"))
                    .build();
        });

        LlmException failure = catchThrowableOfType(
                LlmException.class, () -> Structured.completions(model, CompletionRequest.of("Where?"), Stop.class));

        assertThat(requests).hasSize(1);
        assertThat(failure.usage()).hasValue(Usage.of(3, 4));
    }

    @Test
    void anInvalidAnswerKeepsItsUsage() {
        ScriptedModel wrong = ScriptedModel.of(
                ScriptedModel.answer(Usage.of(1, 2), "no"), ScriptedModel.answer(Usage.of(10, 20), "no, again"));
        ScriptedModel down = ScriptedModel.of(ScriptedModel.answer(Usage.of(1, 2), "no")); // the second request fails
        ScriptedModel cut = ScriptedModel.of(CompletionResponse.builder()
                .content("{\"city\":")
                .stopReason(StopReason.MAX_TOKENS)
                .usage(Usage.of(5, 6))
                .build());

        LlmException misfit = failure(wrong);
        assertThat(misfit.usage()).hasValue(Usage.of(11, 22));
        assertThat(misfit.answer())
                .hasValueSatisfying(last -> assertThat(last.content()).isEqualTo("no, again"));
        assertThat(failure(down).usage()).hasValue(Usage.of(1, 2));
        assertThat(failure(cut).answer())
                .hasValueSatisfying(last -> assertThat(last.content()).isEqualTo("{\"city\":"));
    }

    private static LlmException failure(ScriptedModel model) {
        return catchThrowableOfType(
                LlmException.class, () -> Structured.completions(model, CompletionRequest.of("Where?"), Stop.class));
    }
}
