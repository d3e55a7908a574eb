package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswerCacheTest {
    private static CompletionRequest ask(String tenant, String question) {
        return CompletionRequest.builder()
                .user(question)
                .notes(Map.of("ticket", tenant.length()))
                .context(CallContext.builder().tenant(tenant).build())
                .build();
    }

    private static LlmProvider cached(FakeLlm llm) {
        return Instrumentation.builder().interceptor(new AnswerCache(2)).build().around(llm);
    }

    @Test
    void anEqualQuestionIsAskedOnce() {
        FakeLlm fake = FakeLlm.answering("Par", "is");
        LlmProvider llm = cached(fake);

        assertThat(StreamProbe.of(llm.stream(ask("acme", "Capital?"))).text()).isEqualTo("Paris");
        assertThat(llm.completions(ask("acme", "Capital?")).content()).isEqualTo("Paris");
        assertThat(StreamProbe.of(llm.stream(ask("acme", "Capital?"))).text()).isEqualTo("Paris");
        assertThat(fake.requests()).hasSize(1);
    }

    @Test
    void tenantsDoNotShareAnswers() {
        FakeLlm fake = FakeLlm.answering("one").thenText("two");
        LlmProvider llm = cached(fake);

        assertThat(llm.completions(ask("acme", "Q")).content()).isEqualTo("one");
        assertThat(llm.completions(ask("zeta", "Q")).content()).isEqualTo("two");
    }

    @Test
    void onlyWholeAnswersThatEndedTheirTurnAreKept() {
        FakeLlm fake = FakeLlm.answering("half", "way")
                .cutAfter(1)
                .thenToolCall("t", Map.of())
                .thenAnswer(CompletionResponse.builder()
                        .content("too long")
                        .stopReason(StopReason.MAX_TOKENS)
                        .build())
                .thenText("ok", "ay")
                .hangAfter(1)
                .thenText("good");
        LlmProvider llm = cached(fake);

        catchThrowableOfType(LlmException.class, () -> llm.completions(ask("acme", "Q")));
        assertThat(llm.completions(ask("acme", "Q")).toolCalls()).hasSize(1);
        assertThat(llm.completions(ask("acme", "Q")).content()).isEqualTo("too long");
        StreamProbe.of(llm.stream(ask("acme", "Q"))).expectText("ok").cancel();
        fake.awaitCancelled(1);
        assertThat(llm.completions(ask("acme", "Q")).content()).isEqualTo("good");
        assertThat(llm.completions(ask("acme", "Q")).content()).isEqualTo("good");
        assertThat(fake.requests()).hasSize(5);
    }

    @Test
    void theOldestAnswerMakesRoom() {
        FakeLlm fake = FakeLlm.answering("a").repeatLast();
        LlmProvider llm = cached(fake);
        for (String question : new String[] {"1", "2", "3", "3", "2", "1"}) {
            llm.completions(ask("acme", question));
        }
        assertThat(fake.requests()).hasSize(4);
    }
}
