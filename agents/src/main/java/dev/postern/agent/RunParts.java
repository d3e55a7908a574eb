package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.ToolCall;

/** What listeners see when a run, a turn or a tool call begins. */
final class RunParts {
    private RunParts() {}

    /** Collects the attributes that listeners add. */
    abstract static class Start {
        private CallContext context;
        private boolean over;

        Start(CallContext context) {
            this.context = context;
        }

        public final CallContext context() {
            return context;
        }

        public final <T> void carry(CallContext.Key<T> key, T value) {
            if (over) {
                throw new IllegalStateException("Attributes can be added only while a listener is told the beginning.");
            }
            context = context.with(key, value);
        }

        /** All listeners were told. Returns the context with what they have added. */
        final CallContext told() {
            over = true;
            return context;
        }
    }

    /** A run that begins. */
    static final class Run extends Start implements RunListener.RunStart {
        private final String runId;
        private final AgentSettings settings;
        private final AgentInput input;
        private final String sessionId;
        private final boolean streaming;
        private final int depth;

        Run(
                CallContext context,
                String runId,
                AgentSettings settings,
                AgentInput input,
                String sessionId,
                boolean streaming,
                int depth) {
            super(context);
            this.runId = runId;
            this.settings = settings;
            this.input = input;
            this.sessionId = sessionId;
            this.streaming = streaming;
            this.depth = depth;
        }

        @Override
        public String runId() {
            return runId;
        }

        @Override
        public String agent() {
            return settings.name();
        }

        @Override
        public String owner() {
            return settings.owner();
        }

        @Override
        public String description() {
            return settings.description();
        }

        @Override
        public AgentInput input() {
            return input;
        }

        @Override
        public String sessionId() {
            return sessionId;
        }

        @Override
        public boolean streaming() {
            return streaming;
        }

        @Override
        public int depth() {
            return depth;
        }
    }

    /** A turn that begins. */
    static final class Turn extends Start implements RunListener.TurnStart {
        private final int number;

        Turn(CallContext context, int number) {
            super(context);
            this.number = number;
        }

        @Override
        public int number() {
            return number;
        }
    }

    /** A tool call that begins. */
    static final class Tool extends Start implements RunListener.ToolStart {
        private final ToolCall call;
        private final String description;
        private final String agent;
        private final int turn;

        Tool(CallContext context, ToolCall call, String description, String agent, int turn) {
            super(context);
            this.call = call;
            this.description = description;
            this.agent = agent;
            this.turn = turn;
        }

        @Override
        public ToolCall call() {
            return call;
        }

        @Override
        public String description() {
            return description;
        }

        @Override
        public String agent() {
            return agent;
        }

        @Override
        public int turn() {
            return turn;
        }
    }
}
