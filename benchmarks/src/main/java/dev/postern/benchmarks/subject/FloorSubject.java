package dev.postern.benchmarks.subject;

import dev.postern.benchmarks.server.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The floor: the JDK's client. It discards the chunks of streams, and joins those of whole answers. */
final class FloorSubject implements Subject {
    private final HttpClient client;
    private final URI server;
    private final boolean bedrock;
    private final BiFunction<Script, Ear, Body> bodies;

    FloorSubject(URI server, boolean bedrock, boolean http2) {
        this(server, bedrock, http2, null, Body::new);
    }

    /** A client whose tasks run on this executor; null for the client's own threads. */
    FloorSubject(
            URI server,
            boolean bedrock,
            boolean http2,
            @Nullable Executor executor,
            BiFunction<Script, Ear, Body> bodies) {
        HttpClient.Builder making =
                HttpClient.newBuilder().version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        if (executor != null) {
            making.executor(executor);
        }
        this.client = making.build();
        this.server = server;
        this.bedrock = bedrock;
        this.bodies = bodies;
    }

    @Override
    public void stream(String model, Ear ear) {
        Body body = bodies.apply(Script.of(model), ear);
        var unused = client.sendAsync(request(model, true), body).whenComplete((response, failure) -> {
            if (failure != null) {
                ear.end(failure);
            }
        });
    }

    @Override
    public @Nullable String ask(String model) throws IOException, InterruptedException {
        HttpRequest request = request(model, false);
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) { // a pooled connection closed by itself: two to four times in a million requests
            answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
        long expected = answer.headers().firstValueAsLong("x-body-bytes").orElse(-1);
        if (answer.body().length != expected) {
            throw new Mismatch("got " + answer.body().length + " bytes, not " + expected);
        }
        return null;
    }

    private HttpRequest request(String model, boolean stream) {
        String path =
                bedrock ? "/model/" + model + (stream ? "/converse-stream" : "/converse") : "/v1/chat/completions";
        String body = bedrock
                ? "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"" + PROMPT + "\"}]}]}"
                : "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT
                        + "\"}],\"stream\":" + stream + ",\"stream_options\":{\"include_usage\":true}}";
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer key")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    static final String PROMPT = "Say what you were made to say.";

    /** The body of one answer. For a paced answer it reads the time stamp of each event, by its offset. */
    static class Body implements HttpResponse.BodyHandler<@Nullable Void>, HttpResponse.BodySubscriber<@Nullable Void> {
        private final Script script;
        final Ear ear;
        private long stamp;
        private Flow.@Nullable Subscription subscription;
        private long expected;
        private int stampAt;
        private int eventLength;
        private long position;

        Body(Script script, Ear ear) {
            this.script = script;
            this.ear = ear;
        }

        /** Counts the bytes that arrived and does not read them. */
        void bytes(ByteBuffer bytes) {
            ear.bytes(bytes.remaining());
        }

        /** The expected number of bytes for the ear; -1 if the ear receives the text itself. */
        long expected() {
            return expected;
        }

        @Override
        public HttpResponse.BodySubscriber<@Nullable Void> apply(HttpResponse.ResponseInfo info) {
            if (info.statusCode() != 200) {
                throw new IllegalStateException("status " + info.statusCode());
            }
            expected = info.headers().firstValueAsLong("x-body-bytes").orElse(-1);
            info.headers().firstValue("x-stamp").ifPresent(place -> {
                stampAt = Integer.parseInt(place.substring(0, place.indexOf('/')));
                eventLength = Integer.parseInt(place.substring(place.indexOf('/') + 1));
            });
            return this;
        }

        @Override
        public CompletionStage<@Nullable Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription body) {
            subscription = body;
            body.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> chunk) {
            for (ByteBuffer bytes : chunk) {
                if (eventLength > 0) {
                    readStamps(bytes);
                } else {
                    bytes(bytes);
                }
            }
            if (subscription != null) {
                subscription.request(1);
            }
        }

        /** Finds the time stamps by counting bytes. One may extend over two buffers. */
        private void readStamps(ByteBuffer bytes) {
            long last = (long) script.count() * eventLength;
            while (bytes.hasRemaining() && position < last) {
                int inStamp = (int) (position % eventLength) - stampAt;
                int step;
                if (inStamp >= 0 && inStamp < Script.STAMP) {
                    step = Math.min(Script.STAMP - inStamp, bytes.remaining());
                    for (int i = 0; i < step; i++) {
                        stamp = stamp * 10 + bytes.get() - '0';
                    }
                    if (inStamp + step == Script.STAMP) {
                        ear.stamp(stamp);
                        stamp = 0;
                    }
                } else {
                    int next = inStamp < 0 ? -inStamp : eventLength - inStamp;
                    step = Math.min(next, bytes.remaining());
                    bytes.position(bytes.position() + step);
                }
                position += step;
            }
        }

        @Override
        public void onError(Throwable thrown) {
            ear.end(thrown);
        }

        @Override
        public void onComplete() {
            ear.end(null, eventLength > 0 ? -1 : expected());
        }
    }
}
