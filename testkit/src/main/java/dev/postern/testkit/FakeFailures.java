package dev.postern.testkit;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import java.util.List;

/** The failures of a {@link FakeLlm}. */
final class FakeFailures {
    private FakeFailures() {}

    /** Another exception for each call, because callers add suppressed ones. */
    static LlmException described(LlmException failure, String backend, String model) {
        LlmException.Builder copy = failure.toBuilder();
        if (failure.backend().isEmpty()) {
            copy.backend(backend);
        }
        if (failure.model().isEmpty()) {
            copy.model(model);
        }
        return copy.build();
    }

    /** As real providers fail at the deadline of the context of a call. */
    static LlmException deadline() {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The call took longer than the deadline of its context allows; give the whole job more time.")
                .retryable(false)
                .build();
    }

    static LlmException deadlineBeforeSending() {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The deadline of the call's context was over before the request was sent; give the whole job"
                                + " more time.")
                .refusedBeforeSending(true)
                .retryable(false)
                .build();
    }

    static LlmException scriptUsedUp(FakeLlm llm, int number, CompletionRequest request) {
        int answers = llm.answersGiven();
        return new LlmException(
                Kind.CONFIGURATION,
                "The script of FakeLlm \"" + llm.name() + "\" has " + answers + (answers == 1 ? " answer" : " answers")
                        + ", and call " + number + " asked " + asked(request)
                        + "; add an answer, or call repeatLast().");
    }

    /** The last message in short. */
    private static String asked(CompletionRequest request) {
        List<Message> messages = request.messages();
        Message last = messages.get(messages.size() - 1);
        String text =
                last.toolResults().isEmpty() ? last.text() : last.toolResults().size() + " results of tools";
        return "\"" + Shown.shortened(text) + "\"";
    }
}
