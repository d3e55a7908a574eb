package dev.postern;

import java.util.Base64;

/** Bytes as base64 text, the form of images, documents and audio in requests. */
final class Base64Text {
    private Base64Text() {}

    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Refuses media that no backend could read: without a type, without bytes, or not base64. */
    static void check(String path, String mediaType, String data) {
        if (!mediaType.matches("[\\w.+-]+/[\\w.+-]+")) {
            throw LlmException.invalidRequest(
                    path + ".media_type", "'" + mediaType + "' is no media type like image/png");
        }
        if (data.isEmpty() || data.length() % 4 == 1 || !isBase64(data)) {
            throw LlmException.invalidRequest(
                    path + ".data", "must be the file's bytes as base64, without a data: prefix");
        }
    }

    private static boolean isBase64(String data) {
        int end = data.length() - (data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0);
        for (int i = 0; i < end; i++) {
            char c = data.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && c != '+' && c != '/') {
                return false;
            }
        }
        return true;
    }
}
