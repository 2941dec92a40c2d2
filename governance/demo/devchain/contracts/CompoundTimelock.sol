// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// A timelock with the interface, events and rules of Compound's, written anew:
/// one admin, a fixed grace, after which what is queued has expired. Its first
/// admin hands it to a governor.
contract CompoundTimelock {
    uint256 public constant GRACE_PERIOD = 14 days;
    uint256 public constant MINIMUM_DELAY = 1 seconds;
    uint256 public constant MAXIMUM_DELAY = 30 days;

    address public admin;
    address public pendingAdmin;
    uint256 public delay;
    bool private given; // to a governor
    mapping(bytes32 hash => bool) public queuedTransactions;

    event NewAdmin(address indexed newAdmin);
    event NewPendingAdmin(address indexed newPendingAdmin);
    event NewDelay(uint256 indexed newDelay);
    event QueueTransaction(bytes32 indexed txHash, address indexed target, uint256 value, string signature, bytes data, uint256 eta);
    event CancelTransaction(bytes32 indexed txHash, address indexed target, uint256 value, string signature, bytes data, uint256 eta);
    event ExecuteTransaction(bytes32 indexed txHash, address indexed target, uint256 value, string signature, bytes data, uint256 eta);

    modifier onlyAdmin() {
        require(msg.sender == admin, "Not the admin");
        _;
    }

    constructor(address first, uint256 wait) {
        admin = first;
        delay = wait;
    }

    receive() external payable {}

    function setDelay(uint256 to) external {
        require(msg.sender == address(this), "Not the timelock");
        require(to >= MINIMUM_DELAY && to <= MAXIMUM_DELAY, "Not such a delay");
        delay = to;
        emit NewDelay(to);
    }

    function acceptAdmin() external {
        require(msg.sender == pendingAdmin, "Not the next admin");
        admin = msg.sender;
        pendingAdmin = address(0);
        emit NewAdmin(msg.sender);
    }

    function setPendingAdmin(address to) external {
        require(given ? msg.sender == address(this) : msg.sender == admin, "Not the timelock");
        given = true;
        pendingAdmin = to;
        emit NewPendingAdmin(to);
    }

    function queueTransaction(address target, uint256 value, string calldata signature, bytes calldata data, uint256 eta)
        external
        onlyAdmin
        returns (bytes32 hash)
    {
        require(eta >= block.timestamp + delay, "Too soon");
        hash = keccak256(abi.encode(target, value, signature, data, eta));
        queuedTransactions[hash] = true;
        emit QueueTransaction(hash, target, value, signature, data, eta);
    }

    function cancelTransaction(address target, uint256 value, string calldata signature, bytes calldata data, uint256 eta) external onlyAdmin {
        bytes32 hash = keccak256(abi.encode(target, value, signature, data, eta));
        queuedTransactions[hash] = false;
        emit CancelTransaction(hash, target, value, signature, data, eta);
    }

    function executeTransaction(address target, uint256 value, string calldata signature, bytes calldata data, uint256 eta)
        external
        payable
        onlyAdmin
        returns (bytes memory)
    {
        bytes32 hash = keccak256(abi.encode(target, value, signature, data, eta));
        require(queuedTransactions[hash], "Not queued");
        require(block.timestamp >= eta, "Still waiting");
        require(block.timestamp <= eta + GRACE_PERIOD, "Expired");
        queuedTransactions[hash] = false;
        bytes memory call = bytes(signature).length == 0 ? data : abi.encodePacked(bytes4(keccak256(bytes(signature))), data);
        (bool ok, bytes memory out) = target.call{value: value}(call);
        require(ok, "The call failed");
        emit ExecuteTransaction(hash, target, value, signature, data, eta);
        return out;
    }
}
