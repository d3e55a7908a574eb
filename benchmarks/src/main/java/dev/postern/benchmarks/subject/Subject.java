package dev.postern.benchmarks.subject;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A library that calls the server, with the API that its documentation shows for many concurrent streams. */
public interface Subject extends AutoCloseable {

    /** Starts a stream and returns. */
    void stream(String model, Ear ear);

    /** Requests a whole answer and waits for it. Returns its text; null from a subject that checked the number of bytes instead. */
    @Nullable
    String ask(String model) throws Exception;

    @Override
    default void close() {}

    /**
     * The subject of this name. No class of another subject is loaded. The floor and Postern use HTTP/2 if told so; the peers
     * choose the protocol themselves.
     */
    static Subject of(String name, URI server, boolean http2) {
        return switch (name) {
            case "floor" -> new FloorSubject(server, false, http2);
            case "floor-bedrock" -> new FloorSubject(server, true, false);
            case "floor-selector" -> new FloorSubject(server, false, http2, Runnable::run, FloorSubject.Body::new);
            case "parser" -> new ParserSubject(server, false);
            case "parser-bedrock" -> new ParserSubject(server, true);
            case "postern" -> PosternSubject.openAi(server, http2, PosternSubject::promised);
            case "postern-plain" -> PosternSubject.openAi(server, http2, PosternSubject::plain);
            case "postern-loop" -> PosternSubject.openAi(server, http2, new LoopReader());
            case "postern-reactor" -> PosternSubject.openAi(server, http2, new ReactorReader());
            case "postern-listener" -> PosternSubject.observed(server, http2, PosternSubject::promised);
            case "postern-bedrock" -> PosternSubject.bedrock(server);
            case "openai-java" -> new OpenAiJavaSubject(server);
            case "langchain4j" -> LangChain4jModels.at(server);
            case "langchain4j-postern" -> LangChain4jPosternModels.at(server, http2);
            case "spring-ai" -> SpringAiModels.at(server);
            case "spring-ai-postern" -> SpringAiPosternModels.at(server, http2);
            case "aws-netty" -> new AwsSubject(AwsClients.netty(server));
            case "aws-crt" -> new AwsSubject(AwsClients.crt(server));
            default -> throw new IllegalArgumentException("no subject: " + name);
        };
    }
}
