package dev.postern.testkit;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What a fake does next in an answer. An answer without further steps is complete. */
sealed interface Step {

    /** Delivers an event as soon as it is requested. */
    record Emit(StreamEvent event) implements Step {}

    /** Waits for this time of the clock. */
    record Delay(Duration time) implements Step {}

    /** Waits for this stage; if the stage fails, the answer fails. The stage is not cancelled. */
    record Await(CompletionStage<?> stage) implements Step {}

    /** Fails the answer. */
    record Fail(LlmException failure) implements Step {}

    /** Does nothing until the call is cancelled. */
    record Hang() implements Step {}
}
