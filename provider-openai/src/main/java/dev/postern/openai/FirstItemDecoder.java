package dev.postern.openai;

import dev.postern.http.Decoder;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A decoder that runs a task at its first item. Only then the answer has begun: an error may follow a status 200. */
final class FirstItemDecoder<T> implements Decoder<T> {
    private final Decoder<T> decoder;
    private final Runnable task;
    private boolean done;

    FirstItemDecoder(Decoder<T> decoder, Runnable task) {
        this.decoder = decoder;
        this.task = task;
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<? super T> out) {
        decoder.decode(bytes, item -> pass(item, out));
    }

    @Override
    public void end(Consumer<? super T> out) {
        decoder.end(item -> pass(item, out));
    }

    private void pass(T item, Consumer<? super T> out) {
        if (!done) {
            done = true;
            task.run();
        }
        out.accept(item);
    }

    @Override
    public Phase phase() {
        return decoder.phase();
    }

    @Override
    public boolean isComplete() {
        return decoder.isComplete();
    }

    @Override
    public boolean isWhole() {
        return decoder.isWhole();
    }
}
