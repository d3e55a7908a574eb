package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.wire.EventWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Relays a stream to a browser as server-sent events, for controllers of Spring MVC. Each event is one JSON object, in the format that a
 * gateway of Postern sends over HTTP, such as {@code {"type":"content_delta","delta":"Hel"}}; the last one is {@code message_stop}.
 * A failure is an event of type {@code error}, after which the response ends.
 *
 * <pre>{@code
 * @GetMapping("/story")
 * SseEmitter story(@RequestParam("topic") String topic) {
 *     return SseRelay.of(llm.stream(CompletionRequest.of("Tell me a story about " + topic + ".")));
 * }
 * }</pre>
 *
 * <p>The next event is requested when the one before was written, so a slow browser holds back the model server. When the browser goes,
 * the stream is cancelled at the next write, which closes the exchange with the model server. The response has no time limit of the
 * servlet container; the timeouts of the provider hold.
 */
public final class SseRelay {
    /** The converter of strings writes this unchanged; those of JSON would quote it. */
    private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

    private SseRelay() {}

    /**
     * Subscribes to the stream and returns the response for a controller to return. Events come on the threads of the publisher, which
     * wait for the browser.
     */
    public static SseEmitter of(Flow.Publisher<StreamEvent> events) {
        Objects.requireNonNull(events, "events");
        Relaying relaying = new Relaying();
        relaying.emitter.onCompletion(relaying::cancel);
        relaying.emitter.onTimeout(relaying::cancel);
        relaying.emitter.onError(thrown -> relaying.cancel());
        events.subscribe(relaying);
        return relaying.emitter;
    }

    private static final class Relaying implements Flow.Subscriber<StreamEvent> {
        private final SseEmitter emitter = new SseEmitter(0L); // 0: no limit
        private final Object lock = new Object();
        private Flow.@Nullable Subscription subscription; // guarded by the lock
        private boolean cancelled; // guarded by the lock

        @Override
        public void onSubscribe(Flow.Subscription given) {
            boolean gone;
            synchronized (lock) {
                gone = cancelled || subscription != null;
                subscription = gone ? subscription : given;
            }
            if (gone) {
                given.cancel();
            } else {
                given.request(1);
            }
        }

        @Override
        public void onNext(StreamEvent event) {
            if (send(EventWriter.write(event))) {
                Flow.Subscription now;
                synchronized (lock) {
                    now = subscription;
                }
                if (now != null) {
                    now.request(1);
                }
            }
        }

        @Override
        public void onError(Throwable thrown) {
            if (send(EventWriter.error(LlmException.of(thrown), ""))) {
                emitter.complete();
            }
        }

        @Override
        public void onComplete() {
            emitter.complete();
        }

        /** Returns whether the event was written. If not, the response is ended: by the container if the browser is gone, else here. */
        private boolean send(byte[] json) {
            try {
                emitter.send(SseEmitter.event().data(new String(json, StandardCharsets.UTF_8), TEXT));
                return true;
            } catch (IOException e) {
                cancel();
                return false;
            } catch (IllegalStateException e) { // no converter writes the text, or the response has ended already
                cancel();
                emitter.completeWithError(e);
                return false;
            }
        }

        private void cancel() {
            Flow.Subscription now;
            synchronized (lock) {
                cancelled = true;
                now = subscription;
            }
            if (now != null) {
                now.cancel(); // does nothing after the end
            }
        }
    }
}
