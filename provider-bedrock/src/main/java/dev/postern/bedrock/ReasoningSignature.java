package dev.postern.bedrock;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The signature or the redacted content of a reasoning block. They may come in several pieces. A
 * delta with a signature ends a reasoning part, so all pieces are emitted together at the end of the block.
 */
final class ReasoningSignature {
    private final StringBuilder signature = new StringBuilder();
    private final List<String> redacted = new ArrayList<>();
    private long index;

    /** Adds a piece to the block with this index. Either text may be empty. */
    void add(long block, String moreSignature, String moreRedacted, Consumer<? super StreamEvent> out) {
        emitUnless(block, out);
        index = block;
        signature.append(moreSignature);
        if (!moreRedacted.isEmpty()) {
            redacted.add(moreRedacted);
        }
    }

    /** Emits the held pieces, unless they belong to the block with this index. */
    void emitUnless(long block, Consumer<? super StreamEvent> out) {
        if (block != index) {
            emit(out);
        }
    }

    /** Ends the block with this index. */
    void stop(long block, Consumer<? super StreamEvent> out) {
        if (block == index) {
            emit(out);
        }
    }

    /** Emits all pieces that are held. */
    void emit(Consumer<? super StreamEvent> out) {
        if (signature.length() > 0 || !redacted.isEmpty()) {
            out.accept(new StreamEvent.ReasoningDelta(
                    "", signature.toString(), Base64Pieces.joined(redacted), ProviderData.NONE));
            signature.setLength(0);
            redacted.clear();
        }
    }
}
