"""Messages and method stubs made at run time from a descriptor set: no generated code, no protoc plugin."""
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


class Wire:
    def __init__(self, descriptor_set_path):
        with open(descriptor_set_path, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
        self.pool = descriptor_pool.DescriptorPool()
        for proto in files:
            self.pool.Add(proto)
        # protobuf 3.x and 4.x and later name this differently
        if hasattr(message_factory, "GetMessageClass"):
            self._class_of = message_factory.GetMessageClass
        else:
            self._class_of = message_factory.MessageFactory(self.pool).GetPrototype

    def message(self, full_name):
        return self._class_of(self.pool.FindMessageTypeByName(full_name))

    def methods(self, service):
        for method in self.pool.FindServiceByName(service).methods:
            proto = descriptor_pb2.MethodDescriptorProto()
            method.CopyToProto(proto)
            yield (method.name, proto.client_streaming, proto.server_streaming,
                   self._class_of(method.input_type), self._class_of(method.output_type))

    def stub(self, channel, service):
        return Stub(self, channel, service)

    def handlers(self, service, implementation):
        """Generic handlers for the methods that the implementation has."""
        found = {}
        for name, client_streams, server_streams, request, response in self.methods(service):
            function = getattr(implementation, name, None)
            if function is not None:
                make = getattr(grpc, "%s_%s_rpc_method_handler" % (side(client_streams), side(server_streams)))
                found[name] = make(function, request.FromString, response.SerializeToString)
        return grpc.method_handlers_generic_handler(service, found)


class Stub:
    def __init__(self, wire, channel, service):
        for name, client_streams, server_streams, request, response in wire.methods(service):
            make = getattr(channel, "%s_%s" % (side(client_streams), side(server_streams)))
            setattr(self, name, make("/%s/%s" % (service, name), request.SerializeToString, response.FromString))


def side(streams):
    return "stream" if streams else "unary"
