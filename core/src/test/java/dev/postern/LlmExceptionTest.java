package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LlmExceptionTest {
    private static final LlmException FULL = LlmException.builder(Kind.RATE_LIMITED, "Too many requests; wait 2 s.")
            .retryable(false)
            .status(429)
            .backend("main")
            .model("m")
            .code("rate_limit_exceeded")
            .serverMessage("slow down")
            .requestId("req_1")
            .retryAfter(Duration.ofSeconds(2))
            .cause(new IllegalStateException("cause"))
            .refusedBeforeSending(true)
            .answer(CompletionResponse.builder().content("Half").build())
            .build();

    @Test
    void ofRemovesTheWrappersOfFutures() {
        LlmException inner = new LlmException(Kind.SERVER, "Broken.");

        assertThat(LlmException.of(new CompletionException(new ExecutionException(inner))))
                .isSameAs(inner);
        assertThat(LlmException.of(new CancellationException()).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(LlmException.of(new IllegalStateException("?")).retryable()).isFalse();
    }

    @Test
    void hasARetryDefaultForEachKind() {
        Map<Kind, Boolean> retryable =
                Arrays.stream(Kind.values()).collect(Collectors.toMap(kind -> kind, Kind::retryable));

        assertThat(retryable)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry(Kind.INVALID_REQUEST, false),
                        Map.entry(Kind.AUTHENTICATION, false),
                        Map.entry(Kind.PERMISSION, false),
                        Map.entry(Kind.NOT_FOUND, false),
                        Map.entry(Kind.CONTEXT_LENGTH, false),
                        Map.entry(Kind.CONTENT_FILTER, false),
                        Map.entry(Kind.RATE_LIMITED, true),
                        Map.entry(Kind.QUOTA, false),
                        Map.entry(Kind.OVERLOADED, true),
                        Map.entry(Kind.SERVER, true),
                        Map.entry(Kind.TIMEOUT, true),
                        Map.entry(Kind.CONNECTION, true),
                        Map.entry(Kind.INCOMPLETE_STREAM, true),
                        Map.entry(Kind.PROTOCOL, false),
                        Map.entry(Kind.UNSUPPORTED, false),
                        Map.entry(Kind.CONFIGURATION, false),
                        Map.entry(Kind.CANCELLED, false)));
    }

    @Test
    void isRetryableAsItsKindUnlessTheServerSaysOtherwise() {
        for (Kind kind : Kind.values()) {
            assertThat(new LlmException(kind, "m").retryable()).isEqualTo(kind.retryable());
        }
        assertThat(FULL.retryable()).isFalse();
    }

    @Test
    void canBeSerializedWithoutItsConversation() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(FULL.toBuilder()
                    .transcript(List.of(Message.user("Hi")))
                    .usage(Usage.of(1, 2))
                    .build());
        }
        LlmException read;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            read = (LlmException) in.readObject();
        }

        assertThat(read).hasMessage(FULL.getMessage());
        assertThat(read.kind()).isEqualTo(FULL.kind());
        assertThat(read.retryAfter()).isEqualTo(FULL.retryAfter());
        assertThat(read.answer()).isEmpty();
        assertThat(read.transcript()).isEmpty();
        assertThat(read.usage()).isEmpty();
    }

    @Test
    void hasEmptyValuesByDefault() {
        LlmException bare = new LlmException(Kind.SERVER, "It failed.");

        assertThat(bare.kind()).isEqualTo(Kind.SERVER);
        assertThat(bare).hasMessage("It failed.").hasNoCause();
        assertThat(bare.status()).isEmpty();
        assertThat(bare.backend()).isEmpty();
        assertThat(bare.model()).isEmpty();
        assertThat(bare.code()).isEmpty();
        assertThat(bare.serverMessage()).isEmpty();
        assertThat(bare.requestId()).isEmpty();
        assertThat(bare.retryAfter()).isEmpty();
        assertThat(bare.refusedBeforeSending()).isFalse();
        assertThat(bare.answer()).isEmpty();
        assertThat(bare).hasToString("LlmException[SERVER]: It failed.");
    }

    @Test
    void keepsItsValues() {
        assertThat(FULL.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(FULL).hasMessage("Too many requests; wait 2 s.").hasRootCauseMessage("cause");
        assertThat(FULL.status()).hasValue(429);
        assertThat(FULL.backend()).isEqualTo("main");
        assertThat(FULL.model()).isEqualTo("m");
        assertThat(FULL.code()).isEqualTo("rate_limit_exceeded");
        assertThat(FULL.serverMessage()).isEqualTo("slow down");
        assertThat(FULL.requestId()).isEqualTo("req_1");
        assertThat(FULL.retryAfter()).contains(Duration.ofSeconds(2));
        assertThat(FULL.refusedBeforeSending()).isTrue();
        assertThat(FULL.answer()).map(CompletionResponse::content).contains("Half");
    }

    @Test
    void keepsEverythingThroughToBuilder() {
        assertThat(FULL.toBuilder().build())
                .isNotSameAs(FULL)
                .usingRecursiveComparison()
                .ignoringFields("stackTrace")
                .isEqualTo(FULL);
    }

    @Test
    void changesOnlyTheValuesThatTheBuilderSets() {
        LlmException changed = FULL.toBuilder()
                .message("Backend main: too many requests.")
                .backend("alt")
                .status(0)
                .retryAfter(null)
                .cause(FULL)
                .build();

        assertThat(changed).hasMessage("Backend main: too many requests.").hasCause(FULL);
        assertThat(changed.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(changed.backend()).isEqualTo("alt");
        assertThat(changed.status()).isEmpty();
        assertThat(changed.retryAfter()).isEmpty();
        assertThat(changed.code()).isEqualTo("rate_limit_exceeded");
        assertThat(FULL.backend()).isEqualTo("main");
    }

    @Test
    void namesTheFieldOfABadRequest() {
        LlmException refused = LlmException.invalidRequest("messages[0].role", "unknown");

        assertThat(refused).hasMessage("messages[0].role: unknown");
        assertThat(refused.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(refused.refusedBeforeSending()).isTrue();
    }
}
