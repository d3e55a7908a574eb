package dev.postern.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that all threads have allocated, terminated ones included. A JDK 21 or newer counts them itself, and so do the
 * later updates of 17. On another one, this is the heap in use plus what the collections have freed, which is exact to about 15
 * MB. The JVM reports what a collection has freed shortly after its end, so {@link #bytes} waits for the reports, at most 100 ms.
 */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final @Nullable MethodHandle COUNTER = counter(); // this code is compiled for 17

    private static final long WAIT_NANOS = 100_000_000;
    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();
    private static final AtomicLong FREED = new AtomicLong();
    private static final AtomicLong REPORTED = new AtomicLong(); // collections
    private static final long UNREPORTED; // collections before the first one that is reported

    static {
        if (COUNTER == null) {
            watchCollections();
        }
        UNREPORTED = collections();
    }

    private Allocation() {}

    static long bytes() {
        MethodHandle counter = COUNTER;
        if (counter == null) {
            return usedAndFreed();
        }
        try {
            return (long) counter.invoke(THREADS);
        } catch (Throwable e) {
            throw new IllegalStateException("the number of allocated bytes cannot be read", e);
        }
    }

    private static long usedAndFreed() {
        long patience = System.nanoTime() + WAIT_NANOS;
        while (true) {
            long ended = collections();
            boolean reported = REPORTED.get() >= ended - UNREPORTED;
            long all = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + FREED.get();
            if ((reported && collections() == ended) || System.nanoTime() > patience) {
                return all;
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private static long collections() {
        long ended = 0;
        for (GarbageCollectorMXBean collector : COLLECTORS) {
            ended += collector.getCollectionCount();
        }
        return ended;
    }

    private static @Nullable MethodHandle counter() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(ThreadMXBean.class, "getTotalThreadAllocatedBytes", MethodType.methodType(long.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static void watchCollections() {
        Set<String> heap = new HashSet<>();
        for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == java.lang.management.MemoryType.HEAP) {
                heap.add(pool.getName());
            }
        }
        for (GarbageCollectorMXBean collector : COLLECTORS) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, unused) -> {
                                GcInfo info = GarbageCollectionNotificationInfo.from(
                                                (CompositeData) notification.getUserData())
                                        .getGcInfo();
                                FREED.addAndGet(used(info.getMemoryUsageBeforeGc(), heap)
                                        - used(info.getMemoryUsageAfterGc(), heap));
                                REPORTED.incrementAndGet();
                            },
                            notification -> notification
                                    .getType()
                                    .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
                            null);
        }
    }

    private static long used(Map<String, MemoryUsage> pools, Set<String> heap) {
        long used = 0;
        for (Map.Entry<String, MemoryUsage> pool : pools.entrySet()) {
            used += heap.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
        }
        return used;
    }
}
