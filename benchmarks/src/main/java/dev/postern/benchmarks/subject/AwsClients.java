package dev.postern.benchmarks.subject;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/** The AWS SDK's clients, with a connection limit above the number of streams. */
final class AwsClients {
    private static final int ROOM = 20_000;

    private AwsClients() {}

    static BedrockRuntimeAsyncClient netty(URI server) {
        return client(
                server,
                NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(ROOM)
                        .maxPendingConnectionAcquires(ROOM)
                        .readTimeout(Duration.ofMinutes(10))
                        .build());
    }

    static BedrockRuntimeAsyncClient crt(URI server) {
        return client(
                server, AwsCrtAsyncHttpClient.builder().maxConcurrency(ROOM).build());
    }

    private static BedrockRuntimeAsyncClient client(URI server, SdkAsyncHttpClient http) {
        return BedrockRuntimeAsyncClient.builder()
                .httpClient(http)
                .endpointOverride(server)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
                .build();
    }
}
