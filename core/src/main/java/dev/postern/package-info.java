/**
 * The neutral model: requests, answers, stream events and failures, the same for every backend.
 *
 * <p>Everything starts at {@link dev.postern.LlmProvider}. It takes a {@link dev.postern.CompletionRequest}, made of
 * {@link dev.postern.Message}s whose parts are {@link dev.postern.Content}, and answers with a
 * {@link dev.postern.CompletionResponse}, or with a stream of {@link dev.postern.StreamEvent}s that
 * {@link dev.postern.EventStream} turns into a loop and {@link dev.postern.CompletionCollector} into the answer.
 * Every failure is an {@link dev.postern.LlmException}.
 *
 * <pre>{@code
 * CompletionRequest request = CompletionRequest.builder()
 *         .system("Be brief.")
 *         .user("Tell me a story.")
 *         .build();
 * try (EventStream events = EventStream.of(llm.stream(request))) {
 *     for (StreamEvent event : events) {
 *         if (event instanceof StreamEvent.ContentDelta text) {
 *             System.out.print(text.delta());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>All values are immutable and may be shared among threads; builders belong to one thread. Nothing is null unless it
 * is marked {@code @Nullable}: an absent string is empty, an absent number is an empty optional. Values are checked
 * when they are made, so a request that exists can be sent.
 */
@NullMarked
package dev.postern;

import org.jspecify.annotations.NullMarked;
