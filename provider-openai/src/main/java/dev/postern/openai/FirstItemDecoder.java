package dev.postern.openai;

import dev.postern.http.Decoder;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A decoder that tells when it has decoded its first item: a status of success may still be followed by an error. */
final class FirstItemDecoder<T> implements Decoder<T> {
    private final Decoder<T> decoder;
    private final Runnable task;
    private boolean told;

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
        if (!told) {
            told = true;
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
