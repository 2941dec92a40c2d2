// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// A vault that its owner may empty and replace.
contract VaultOne is Initializable, UUPSUpgradeable {
    address public owner;
    uint256 public feeBasisPoints;
    mapping(address account => uint256) public deposits;

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event FeeChanged(uint256 basisPoints);

    modifier onlyOwner() {
        require(msg.sender == owner, "Not the owner");
        _;
    }

    constructor() {
        _disableInitializers();
    }

    function initialize(address to) external initializer {
        owner = to;
        feeBasisPoints = 25;
    }

    function version() external pure virtual returns (string memory) {
        return "1";
    }

    function deposit() external payable {
        deposits[msg.sender] += msg.value;
        emit Deposited(msg.sender, msg.value);
    }

    function withdraw(uint256 amount) external {
        deposits[msg.sender] -= amount;
        (bool ok,) = msg.sender.call{value: amount}("");
        require(ok, "Not paid");
        emit Withdrawn(msg.sender, amount);
    }

    function setFee(uint256 basisPoints) external onlyOwner {
        require(basisPoints <= 500, "Too much");
        feeBasisPoints = basisPoints;
        emit FeeChanged(basisPoints);
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

/// The next vault: its owner may move tokens out of it.
contract VaultTwo is VaultOne {
    function version() external pure override returns (string memory) {
        return "2";
    }

    function sweep(IERC20 token, address to) external onlyOwner {
        token.transfer(to, token.balanceOf(address(this)));
    }
}

/// Where the vault is.
contract VaultProxy is ERC1967Proxy {
    constructor(address implementation, bytes memory data) ERC1967Proxy(implementation, data) {}
}
