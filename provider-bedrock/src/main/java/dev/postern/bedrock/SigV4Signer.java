package dev.postern.bedrock;

import dev.postern.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests with AWS's Signature Version 4. It has no clock and no state. AWS accepts a signature for five
 * minutes, so each attempt needs its own.
 *
 * @param service the signing name, which for both of Bedrock's hosts is {@code bedrock}
 * @param region the region of the host
 */
record SigV4Signer(String service, String region) {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String TERMINATOR = "aws4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * Adds the headers of the signature. All headers of the call are signed, so they must not change afterwards. Of the
     * headers that the JDK's client adds, only the host is signed. If the call has a header {@code
     * X-Amz-Content-Sha256}, its value is used as the hash of the body.
     */
    HttpCall sign(HttpCall call, AwsCredentials credentials, Instant now) {
        String time = TIME.format(now);
        String scope = time.substring(0, 8) + "/" + region + "/" + service + "/" + TERMINATOR;
        Map<String, String> headers = new LinkedHashMap<>(call.headers());
        for (String name : call.headers().keySet()) {
            if (isOurs(name)) {
                headers.remove(name);
            }
        }
        headers.put("X-Amz-Date", time);
        if (!credentials.sessionToken().isEmpty()) {
            headers.put("X-Amz-Security-Token", credentials.sessionToken());
        }
        CanonicalRequest request = CanonicalRequest.of(call.method(), call.uri(), headers, bodyHash(call));
        String toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256(utf8(request.text()))));
        byte[] key = signingKey(credentials.secretAccessKey(), time.substring(0, 8));
        headers.put(
                "Authorization",
                ALGORITHM + " Credential=" + credentials.accessKeyId() + "/" + scope + ", SignedHeaders="
                        + request.signedHeaders() + ", Signature=" + hex(hmac(key, toSign)));
        return new HttpCall(call.method(), call.uri(), headers, call.body());
    }

    /** The signing key for one day, region and service. */
    private byte[] signingKey(String secret, String date) {
        byte[] ofDate = hmac(utf8("AWS4" + secret), date);
        return hmac(hmac(hmac(ofDate, region), service), TERMINATOR);
    }

    private static boolean isOurs(String header) {
        return header.equalsIgnoreCase("Authorization")
                || header.equalsIgnoreCase("X-Amz-Date")
                || header.equalsIgnoreCase("X-Amz-Security-Token");
    }

    private static String bodyHash(HttpCall call) {
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            if (header.getKey().equalsIgnoreCase("X-Amz-Content-Sha256")) {
                return header.getValue().trim();
            }
        }
        return hex(sha256(call.body()));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(utf8(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
