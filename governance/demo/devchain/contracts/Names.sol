// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// The practice chain's name registry: the interface of ENS's (EIP-137). Its
/// records are written by the genesis, and changed by their owners.
contract NameRegistry {
    mapping(bytes32 node => address) public owner; // slot 0
    mapping(bytes32 node => address) public resolver; // slot 1
    mapping(bytes32 node => uint64) public ttl; // slot 2
    mapping(address owner => mapping(address operator => bool)) public isApprovedForAll; // slot 3

    event NewOwner(bytes32 indexed node, bytes32 indexed label, address owner);
    event Transfer(bytes32 indexed node, address owner);
    event NewResolver(bytes32 indexed node, address resolver);
    event NewTTL(bytes32 indexed node, uint64 ttl);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    modifier authorised(bytes32 node) {
        address by = owner[node];
        require(by == msg.sender || isApprovedForAll[by][msg.sender], "Not the owner of this name");
        _;
    }

    function setOwner(bytes32 node, address to) external authorised(node) {
        owner[node] = to;
        emit Transfer(node, to);
    }

    function setSubnodeOwner(bytes32 node, bytes32 label, address to) external authorised(node) returns (bytes32) {
        bytes32 subnode = keccak256(abi.encodePacked(node, label));
        owner[subnode] = to;
        emit NewOwner(node, label, to);
        return subnode;
    }

    function setResolver(bytes32 node, address to) external authorised(node) {
        resolver[node] = to;
        emit NewResolver(node, to);
    }

    function setTTL(bytes32 node, uint64 to) external authorised(node) {
        ttl[node] = to;
        emit NewTTL(node, to);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function recordExists(bytes32 node) external view returns (bool) {
        return owner[node] != address(0);
    }
}

/// The practice chain's resolver: addresses (EIP-137) and names of addresses
/// (EIP-181). Written by the genesis, changed by a name's owner.
contract NameResolver {
    NameRegistry private constant REGISTRY = NameRegistry(0x00000000000C2E074eC69A0dFb2997BA6C7d2e1e);

    mapping(bytes32 node => address) private addresses; // slot 0
    mapping(bytes32 node => string) public name; // slot 1
    mapping(bytes32 node => mapping(string key => string)) public text; // slot 2

    event AddrChanged(bytes32 indexed node, address a);
    event NameChanged(bytes32 indexed node, string name);
    event TextChanged(bytes32 indexed node, string indexed indexedKey, string key, string value);

    modifier authorised(bytes32 node) {
        require(REGISTRY.owner(node) == msg.sender, "Not the owner of this name");
        _;
    }

    function addr(bytes32 node) external view returns (address payable) {
        return payable(addresses[node]);
    }

    function addr(bytes32 node, uint256 coinType) external view returns (bytes memory) {
        address a = addresses[node];
        if (coinType != 60 || a == address(0)) return "";
        return abi.encodePacked(a);
    }

    function setAddr(bytes32 node, address to) external authorised(node) {
        addresses[node] = to;
        emit AddrChanged(node, to);
    }

    function setName(bytes32 node, string calldata to) external authorised(node) {
        name[node] = to;
        emit NameChanged(node, to);
    }

    function setText(bytes32 node, string calldata key, string calldata value) external authorised(node) {
        text[node][key] = value;
        emit TextChanged(node, key, key, value);
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x3b3b57de || id == 0xf1cb7e06 || id == 0x691f3431 || id == 0x59d1d43c;
    }
}
