// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// A contract wallet with one owner. It checks signatures as a Safe does
/// (ERC-1271, both forms, and messages signed on chain), so that the flows of
/// contract wallets can be played.
contract PracticeSafe {
    bytes4 private constant OK = 0x1626ba7e;
    bytes4 private constant OLD_OK = 0x20c13b0b;
    bytes32 private constant DOMAIN_TYPEHASH = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");
    bytes32 private constant MESSAGE_TYPEHASH = keccak256("SafeMessage(bytes message)");

    address public owner; // slot 0, written by the genesis
    mapping(bytes32 hash => uint256) public signedMessages; // 1 = signed

    event SignMsg(bytes32 indexed msgHash);
    event ExecutionSuccess(bytes32 indexed dataHash);

    modifier onlyOwner() {
        require(msg.sender == owner, "Not the owner");
        _;
    }

    receive() external payable {}

    function VERSION() external pure returns (string memory) {
        return "1.4.1";
    }

    function domainSeparator() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, block.chainid, address(this)));
    }

    function getMessageHash(bytes memory message) public view returns (bytes32) {
        bytes32 inner = keccak256(abi.encode(MESSAGE_TYPEHASH, keccak256(message)));
        return keccak256(abi.encodePacked(bytes1(0x19), bytes1(0x01), domainSeparator(), inner));
    }

    /// Signs a message on chain; for a digest the message is its 32 bytes.
    function signMessage(bytes calldata message) external onlyOwner {
        bytes32 hash = getMessageHash(message);
        signedMessages[hash] = 1;
        emit SignMsg(hash);
    }

    /// Does something as this wallet, and fails with its reason.
    function execute(address to, uint256 value, bytes calldata data) external onlyOwner returns (bytes memory) {
        (bool done, bytes memory out) = to.call{value: value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(out, 32), mload(out))
            }
        }
        emit ExecutionSuccess(keccak256(data));
        return out;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return valid(abi.encode(hash), signature) || owns(hash, signature) ? OK : bytes4(0xffffffff);
    }

    function isValidSignature(bytes calldata data, bytes calldata signature) external view returns (bytes4) {
        return valid(data, signature) ? OLD_OK : bytes4(0xffffffff);
    }

    /// True if the message was signed on chain (no signature), or if the owner
    /// signed the wallet's own hash of it.
    function valid(bytes memory message, bytes calldata signature) private view returns (bool) {
        bytes32 hash = getMessageHash(message);
        return signature.length == 0 ? signedMessages[hash] == 1 : owns(hash, signature);
    }

    function owns(bytes32 hash, bytes calldata signature) private view returns (bool) {
        if (signature.length != 65 || owner == address(0)) return false;
        return ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64])) == owner;
    }
}
