package dev.postern.bedrock;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;

/** Bytes that came in several pieces, each Base64 by itself. */
final class Base64Pieces {
    private Base64Pieces() {}

    /** The pieces as one; an empty list is nothing. */
    static String joined(List<String> pieces) {
        if (pieces.size() < 2) {
            return pieces.isEmpty() ? "" : pieces.get(0);
        }
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            pieces.forEach(piece -> bytes.writeBytes(Base64.getDecoder().decode(piece)));
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        } catch (IllegalArgumentException e) { // no Base64: stays as it came
            return String.join("", pieces);
        }
    }
}
