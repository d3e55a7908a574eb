package dev.postern.bedrock;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The signature or the redacted content of a block of reasoning. They may come in several pieces, and they end the block
 * where they are told, so they are told when the block has ended.
 */
final class ReasoningProof {
    private final StringBuilder signature = new StringBuilder();
    private final List<String> redacted = new ArrayList<>();
    private int index;

    /** Another piece for the block with this index; either may be empty. */
    void add(int block, String moreSignature, String moreRedacted, Consumer<? super StreamEvent> out) {
        other(block, out);
        index = block;
        signature.append(moreSignature);
        if (!moreRedacted.isEmpty()) {
            redacted.add(moreRedacted);
        }
    }

    /** Something else belongs to the block with this index: tells what is kept for another block. */
    void other(int block, Consumer<? super StreamEvent> out) {
        if (block != index) {
            tell(out);
        }
    }

    /** The block with this index has ended. */
    void stop(int block, Consumer<? super StreamEvent> out) {
        if (block == index) {
            tell(out);
        }
    }

    /** Tells what is kept. */
    void tell(Consumer<? super StreamEvent> out) {
        if (signature.length() > 0 || !redacted.isEmpty()) {
            out.accept(new StreamEvent.ReasoningDelta(
                    "", signature.toString(), Base64Pieces.joined(redacted), ProviderData.NONE));
            signature.setLength(0);
            redacted.clear();
        }
    }
}
