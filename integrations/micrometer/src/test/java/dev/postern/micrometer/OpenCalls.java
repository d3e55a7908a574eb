package dev.postern.micrometer;

import dev.postern.call.CallListener;

/** Waits for the end of all calls. The caller of a call can have its answer before the listeners are told the end. */
final class OpenCalls implements CallListener {
    private int open;

    @Override
    public CallWatch begin(CallStart call) {
        change(1);
        return new CallWatch() {
            @Override
            public void end(CallEnd end) {
                change(-1);
            }
        };
    }

    private synchronized void change(int by) {
        open += by;
        notifyAll();
    }

    synchronized void awaitEnds() {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (open > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(open + " calls have not ended within 30 seconds.");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
