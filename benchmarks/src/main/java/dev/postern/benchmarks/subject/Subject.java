package dev.postern.benchmarks.subject;

import java.net.URI;

/** A library that calls the server, with the API that its documentation shows for many concurrent streams. */
public interface Subject extends AutoCloseable {

    /** Starts a stream and returns. */
    void stream(String model, Ear ear);

    /** Requests a whole answer and waits for it. Returns the number of characters of its text. */
    int ask(String model) throws Exception;

    @Override
    default void close() {}

    /** The subject of this name. No class of another subject is loaded. */
    static Subject of(String name, URI server) {
        return switch (name) {
            case "floor" -> new FloorSubject(server, false);
            case "floor-bedrock" -> new FloorSubject(server, true);
            case "floor-selector" -> new FloorSubject(server, false, Runnable::run);
            case "parser" -> new ParserSubject(server, false);
            case "parser-bedrock" -> new ParserSubject(server, true);
            case "postern" -> PosternSubject.openAi(server, true);
            case "postern-plain" -> PosternSubject.openAi(server, false);
            case "postern-bedrock" -> PosternSubject.bedrock(server);
            case "openai-java" -> new OpenAiJavaSubject(server);
            case "langchain4j" -> new LangChain4jSubject(server);
            case "spring-ai" -> new SpringAiSubject(server);
            case "aws-netty" -> new AwsSubject(AwsClients.netty(server));
            case "aws-crt" -> new AwsSubject(AwsClients.crt(server));
            default -> throw new IllegalArgumentException("no subject: " + name);
        };
    }
}
