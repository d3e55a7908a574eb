package dev.postern.bedrock;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;

/** Joins bytes that come in several pieces, each of them Base64 with its own padding. */
final class Base64Pieces {
    private Base64Pieces() {}

    /** All pieces as one Base64 text; empty for an empty list. */
    static String joined(List<String> pieces) {
        if (pieces.size() < 2) {
            return pieces.isEmpty() ? "" : pieces.get(0);
        }
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            pieces.forEach(piece -> bytes.writeBytes(Base64.getDecoder().decode(piece)));
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        } catch (IllegalArgumentException e) { // not Base64
            return String.join("", pieces);
        }
    }
}
