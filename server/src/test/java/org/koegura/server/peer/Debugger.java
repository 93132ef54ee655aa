package org.koegura.server.peer;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassType;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Makes a defect in a running product, which has no switch for that: through Java's debugger, one of its threads fails
/// where it just is. Belongs to one thread.
public final class Debugger implements Closeable {

    private static final Duration WAIT = Duration.ofSeconds(20);

    private final VirtualMachine machine;

    private Debugger(VirtualMachine machine) {
        this.machine = machine;
    }

    /// The command that starts a Java which a debugger may reach at `port`.
    public static List<String> reachableAt(int port) {
        return List.of(
                "env",
                "JAVA_TOOL_OPTIONS=-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:"
                        + port);
    }

    /// Attaches to the Java that was started so.
    public static Debugger attach(int port) throws Exception {
        AttachingConnector socket = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(connector -> connector.name().equals("com.sun.jdi.SocketAttach"))
                .findAny()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = socket.defaultArguments();
        Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
        Objects.requireNonNull(arguments.get("port")).setValue(Integer.toString(port));
        return new Debugger(socket.attach(arguments));
    }

    /// The thread that comes to this method next throws an [IllegalStateException] there.
    public void failAtNext(String type, String method) throws Exception {
        BreakpointRequest at = machine.eventRequestManager()
                .createBreakpointRequest(
                        loaded(type).methodsByName(method).getFirst().location());
        at.addCountFilter(1);
        at.enable();
        EventSet events = machine.eventQueue().remove(WAIT.toMillis());
        if (events == null) {
            throw new AssertionError("nobody came to " + type + "." + method + " within " + WAIT);
        }
        try {
            fail((BreakpointEvent) events.iterator().next());
        } finally {
            machine.eventRequestManager().deleteEventRequest(at);
            events.resume();
        }
    }

    private void fail(BreakpointEvent reached) throws Exception {
        ClassType type = (ClassType) loaded("java.lang.IllegalStateException");
        ObjectReference defect = type.newInstance(
                reached.thread(),
                type.concreteMethodByName("<init>", "()V"),
                List.of(),
                ClassType.INVOKE_SINGLE_THREADED);
        reached.thread().stop(defect);
    }

    private ReferenceType loaded(String type) {
        return machine.classesByName(type).getFirst();
    }

    @Override
    public void close() {
        machine.dispose();
    }
}
