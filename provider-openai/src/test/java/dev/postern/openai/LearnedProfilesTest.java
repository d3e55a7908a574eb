package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A refused request is sent again in another form, and the form that the server accepts is remembered. */
@Tag("full")
class LearnedProfilesTest extends MockServerTest {
    /** A second attempt allows corrections. Its retry delay exceeds the total timeout, so a real retry would fail. */
    @Override
    RetryPolicy retries() {
        return RetryPolicy.defaults().withMaxAttempts(2).withDelays(Duration.ofDays(10_000), Duration.ofDays(10_000));
    }

    @Override
    Timeouts timeouts() {
        return Timeouts.defaults().withTotal(Duration.ofMinutes(1));
    }

    @Test
    void requestWithoutRetriesIsNotSentInAnotherForm() {
        server.enqueue(
                reply(
                        400,
                        "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with this"
                                + " model. Use 'max_completion_tokens' instead.\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}"));
        OpenAiProvider once = provider(it -> it.retries(RetryPolicy.none()));

        assertThatThrownBy(() -> once.completions(
                        CompletionRequest.builder().user("Hi").maxTokens(5).build()))
                .isInstanceOf(LlmException.class);
        assertThat(server.getRequestCount()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void sendsARefusedRequestAgainInAnotherForm(RefusalCase refusal) throws InterruptedException {
        server.enqueue(refusal.reply());
        server.enqueue(success());

        assertThat(ask(refusal, refusal.request().build())).isEqualTo("Hi");

        assertThat(refusal.isFirst(nextRequest())).isTrue();
        assertThat(refusal.isOther(nextRequest())).isTrue();
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void remembersTheFormForThisModelOnly(RefusalCase refusal) throws InterruptedException {
        server.enqueue(refusal.reply());
        server.enqueue(success());
        server.enqueue(success());
        server.enqueue(success());

        ask(refusal, refusal.request().model("first").build());
        ask(refusal, refusal.request().model("first").build());
        ask(refusal, refusal.request().model("second").build());

        nextRequest();
        nextRequest();
        assertThat(refusal.isOther(nextRequest())).as("the same model").isTrue();
        assertThat(refusal.isFirst(nextRequest())).as("another model").isTrue();
        assertThat(server.getRequestCount()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotRememberAFormThatIsRefusedToo(RefusalCase refusal) throws InterruptedException {
        server.enqueue(refusal.reply());
        server.enqueue(reply(400, "{\"error\":{\"message\":\"the weather is bad\"}}"));
        server.enqueue(success());

        assertThatThrownBy(() -> ask(refusal, refusal.request().build()))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.serverMessage()).isEqualTo("the weather is bad"));
        ask(refusal, refusal.request().build());

        nextRequest();
        nextRequest();
        assertThat(refusal.isFirst(nextRequest())).isTrue();
    }

    /** A status 200 is not yet a success: the error may be in the body. */
    @ParameterizedTest
    @EnumSource
    void doesNotRememberAFormWhoseAnswerBeginsWithAnError(RefusalCase refusal) throws InterruptedException {
        server.enqueue(refusal.reply());
        server.enqueue(stream("data: {\"error\":{\"message\":\"the weather is bad\"}}\n\n"));
        server.enqueue(success());

        assertThatThrownBy(() -> ask(refusal, refusal.request().build()))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.serverMessage()).isEqualTo("the weather is bad"));
        ask(refusal, refusal.request().build());

        nextRequest();
        nextRequest();
        assertThat(refusal.isFirst(nextRequest())).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void triesEachFormOnceIfTheServerRefusesAll(RefusalCase refusal) {
        for (int i = 0; i < 5; i++) {
            server.enqueue(refusal.reply());
        }
        assertThatThrownBy(() -> ask(refusal, refusal.request().build())).isInstanceOf(LlmException.class);
        assertThat(server.getRequestCount()).isEqualTo(refusal.forms());
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM_OPTIONS_MISTRAL", "STREAM_OPTIONS_DATABRICKS"})
    void doesNotChangeAFieldOfTheUser(RefusalCase refusal) {
        server.enqueue(refusal.reply());
        CompletionRequest request =
                refusal.request().extra(Map.of("stream_options", "mine")).build();

        assertThatThrownBy(() -> ask(refusal, request))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.status()).hasValue(refusal.status));
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void ignoresARefusalWithAnotherStatus(RefusalCase refusal) {
        server.enqueue(reply(403, refusal.body));
        assertThatThrownBy(() -> ask(refusal, refusal.request().build())).isInstanceOf(LlmException.class);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void correctsSeveralFieldsAndRemembersAll() throws InterruptedException {
        List<RefusalCase> refusals = List.of(
                RefusalCase.STREAM_OPTIONS_MISTRAL,
                RefusalCase.MAX_TOKENS_OPENAI,
                RefusalCase.CONTENT_NULL_LMSTUDIO,
                RefusalCase.TOOL_CHOICE_LMSTUDIO);
        refusals.forEach(refusal -> server.enqueue(refusal.reply()));
        server.enqueue(success());
        server.enqueue(success());
        CompletionRequest request = RefusalCase.MAX_TOKENS_OPENAI.request().build();

        assertThat(ask(RefusalCase.MAX_TOKENS_OPENAI, request)).isEqualTo("Hi");
        assertThat(ask(RefusalCase.MAX_TOKENS_OPENAI, request)).isEqualTo("Hi");

        assertThat(server.getRequestCount()).isEqualTo(6);
        for (int i = 0; i < 5; i++) {
            nextRequest();
        }
        RecordedRequest last = nextRequest();
        assertThat(refusals)
                .allSatisfy(refusal -> assertThat(refusal.isOther(last)).isTrue());
    }

    @Test
    void triesTheResponseFormatsInOrder() throws InterruptedException {
        server.enqueue(RefusalCase.JSON_SCHEMA_DEEPSEEK.reply());
        server.enqueue(RefusalCase.JSON_SCHEMA_DEEPSEEK.reply());
        server.enqueue(success());

        ask(
                RefusalCase.JSON_SCHEMA_DEEPSEEK,
                RefusalCase.JSON_SCHEMA_DEEPSEEK.request().build());

        assertThat(json(nextRequest()).object("response_format").text("type")).isEqualTo("json_schema");
        assertThat(json(nextRequest()).object("response_format").text("type")).isEqualTo("json_object");
        JsonObject last = json(nextRequest());
        assertThat(last.has("response_format")).isFalse();
        assertThat(last.objects("messages").get(0).text("content")).contains("{\"type\":\"object\"}");
    }

    /** These errors are not about a form, so another form does not help and must not be remembered. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid schema for response_format 'a': In context=(), 'additionalProperties' is required to be supplied and to be false.",
                "Invalid schema for response_format 'a': schema must be a JSON Schema of 'type: \\\"object\\\"'.",
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
                "max_tokens is too large: 100000. This model supports at most 16384 completion tokens.",
                "This model's maximum context length is 8192 tokens; the content is a string that is too long.",
                "Invalid value for 'temperature': must be at most 2.",
                "'parallel_tool_calls' is not supported with this model.",
                "Reasoning is mandatory for this endpoint and cannot be disabled.",
                "Invalid value for 'reasoning_effort': a value is required.",
                "thinking.budget_tokens: Field required",
                "Invalid schema for function 'f': 'required' is required to be supplied and to be an array including every key in properties. Missing 'days'.",
                "The system failed to start the first worker.",
                "At most 5 images may be provided in one request for the role user."
            })
    void doesNotMistakeOtherErrorsForARefusal(String message) {
        server.enqueue(reply(400, "{\"error\":{\"message\":\"" + message + "\",\"type\":\"invalid_request_error\"}}"));
        assertThatThrownBy(() -> ask(
                        RefusalCase.MAX_TOKENS_OPENAI,
                        RefusalCase.MAX_TOKENS_OPENAI.request().build()))
                .isInstanceOf(LlmException.class);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void doesNotMistakeTextOfTheModelForARefusal() {
        server.enqueue(reply(400, """
                {"error":{"message":"Failed to call a function.","code":"tool_use_failed",\
                "failed_generation":"<function=f>{\\"content\\": null, \\"tool_choice\\": 1}"}}"""));
        assertThatThrownBy(() -> ask(
                        RefusalCase.MAX_TOKENS_OPENAI,
                        RefusalCase.MAX_TOKENS_OPENAI.request().build()))
                .isInstanceOf(LlmException.class);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void correctsACompletionWithoutStream() {
        server.enqueue(RefusalCase.MAX_TOKENS_OPENAI.reply());
        server.enqueue(whole());
        assertThat(provider(ServerProfile.GENERIC)
                        .completions(RefusalCase.MAX_TOKENS_OPENAI.request().build())
                        .content())
                .isEqualTo("Hi");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void correctsARefusalInsideAStream() {
        server.enqueue(
                stream("data: {\"error\":{\"message\":\"max_tokens is not supported, use max_completion_tokens\","
                        + "\"type\":\"BadRequestError\",\"code\":400}}\n\n" + ChatSamples.DONE));
        server.enqueue(success());
        assertThat(ask(
                        RefusalCase.MAX_TOKENS_OPENAI,
                        RefusalCase.MAX_TOKENS_OPENAI.request().build()))
                .isEqualTo("Hi");
    }

    @Test
    void hasAMaximumNumberOfEntries() {
        LearnedProfiles corrections = new LearnedProfiles();
        for (int i = 0; i < 1000; i++) {
            corrections.learn("http://host/v1", "m" + i, ServerProfile.MISTRAL);
        }
        assertThat(corrections.profileFor("http://host/v1", "m0", ServerProfile.GENERIC))
                .isEqualTo(ServerProfile.MISTRAL);
        corrections.learn("http://host/v1", "one more", ServerProfile.MISTRAL);
        assertThat(corrections.profileFor("http://host/v1", "m0", ServerProfile.GENERIC))
                .isEqualTo(ServerProfile.GENERIC);
        assertThat(corrections.profileFor("http://host/v1", "one more", ServerProfile.GENERIC))
                .isEqualTo(ServerProfile.MISTRAL);
    }

    /** Uses a stream, because one of the fields exists only for streams. */
    private String ask(RefusalCase refusal, CompletionRequest request) {
        try {
            return CompletionCollector.collect(provider(refusal.profile()).stream(request))
                    .join()
                    .content();
        } catch (CompletionException e) {
            throw (LlmException) e.getCause();
        }
    }

    private OpenAiProvider provider(ServerProfile profile) {
        return llm == null ? provider(it -> it.profile(profile)) : llm;
    }

    private RecordedRequest nextRequest() throws InterruptedException {
        return server.takeRequest();
    }

    private static JsonObject json(RecordedRequest request) {
        return Json.object(request.getBody().toByteArray());
    }

    private static MockResponse success() {
        return stream(ChatSamples.chunk("{\"content\":\"Hi\"}", "\"stop\"") + ChatSamples.DONE);
    }
}
