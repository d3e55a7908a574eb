package dev.postern.bedrock;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
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
            out.accept(new StreamEvent.ReasoningDelta("", signature.toString(), joined(), ProviderData.NONE));
            signature.setLength(0);
            redacted.clear();
        }
    }

    /** Each piece is Base64 by itself, so pieces are joined as bytes. */
    private String joined() {
        if (redacted.size() < 2) {
            return redacted.isEmpty() ? "" : redacted.get(0);
        }
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            redacted.forEach(piece -> bytes.writeBytes(Base64.getDecoder().decode(piece)));
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        } catch (IllegalArgumentException e) { // no Base64: goes back as it came
            return String.join("", redacted);
        }
    }
}
