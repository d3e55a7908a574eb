package dev.postern.bedrock;

import dev.postern.http.HttpCall;
import java.lang.ref.WeakReference;
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
import org.jspecify.annotations.Nullable;

/**
 * Signs requests with AWS's Signature Version 4. It has no clock. AWS accepts a signature for five minutes, so each
 * attempt needs its own. Thread-safe.
 */
final class SigV4Signer {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String HMAC = "HmacSHA256";
    private static final String TERMINATOR = "aws4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * The key that signs the requests of one day. It is derived in four steps, so the latest one is kept.
     *
     * @param of the credentials, which must not stay in memory because of this record
     */
    private record DayKey(WeakReference<AwsCredentials> of, String date, SecretKeySpec key) {
        boolean isFor(AwsCredentials credentials, String day) {
            return of.refersTo(credentials) && date.equals(day);
        }
    }

    private final String service;
    private final String region;
    private volatile @Nullable DayKey latest;

    /**
     * Creates a signer for one region.
     *
     * @param service the signing name, which for both of Bedrock's hosts is {@code bedrock}
     * @param region the region of the host
     */
    SigV4Signer(String service, String region) {
        this.service = service;
        this.region = region;
    }

    /**
     * Adds the headers of the signature. All headers of the call are signed, so they must not change afterwards. Of the
     * headers that the JDK's client adds, only the host is signed. If the call has a header {@code
     * X-Amz-Content-Sha256}, its value is used as the hash of the body.
     */
    HttpCall sign(HttpCall call, AwsCredentials credentials, Instant now) {
        String time = TIME.format(now);
        String scope = time.substring(0, 8) + "/" + region + "/" + service + "/" + TERMINATOR;
        Map<String, String> headers = new LinkedHashMap<>();
        call.headers().forEach((name, value) -> {
            if (!isOurs(name)) {
                headers.put(name, value);
            }
        });
        headers.put("X-Amz-Date", time);
        if (!credentials.sessionToken().isEmpty()) {
            headers.put("X-Amz-Security-Token", credentials.sessionToken());
        }
        MessageDigest sha256 = sha256();
        CanonicalRequest request = CanonicalRequest.of(call.method(), call.uri(), headers, bodyHash(call, sha256));
        String toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256.digest(utf8(request.text()))));
        SecretKeySpec key = signingKey(credentials, time.substring(0, 8));
        headers.put(
                "Authorization",
                ALGORITHM + " Credential=" + credentials.accessKeyId() + "/" + scope + ", SignedHeaders="
                        + request.signedHeaders() + ", Signature=" + hex(hmac(key, toSign)));
        return new HttpCall(call.method(), call.uri(), headers, call.body());
    }

    /** The signing key for one day, region and service. */
    private SecretKeySpec signingKey(AwsCredentials credentials, String date) {
        DayKey known = latest;
        if (known != null && known.isFor(credentials, date)) {
            return known.key;
        }
        byte[] ofDate = hmac(key(utf8("AWS4" + credentials.secretAccessKey())), date);
        SecretKeySpec derived = key(hmac(key(hmac(key(hmac(key(ofDate), region)), service)), TERMINATOR));
        latest = new DayKey(new WeakReference<>(credentials), date, derived);
        return derived;
    }

    private static boolean isOurs(String header) {
        return header.equalsIgnoreCase("Authorization")
                || header.equalsIgnoreCase("X-Amz-Date")
                || header.equalsIgnoreCase("X-Amz-Security-Token");
    }

    private static String bodyHash(HttpCall call, MessageDigest sha256) {
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            if (header.getKey().equalsIgnoreCase("X-Amz-Content-Sha256")) {
                return header.getValue().trim();
            }
        }
        return hex(sha256.digest(call.body()));
    }

    private static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, HMAC);
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(utf8(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
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
